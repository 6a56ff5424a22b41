#include "driver/store/schema_doubts.h"

#include "driver/store/charge_rows.h"

/* Charges are made void by the million, and hardly one of them is in doubt. */
const char schema_doubts[] =
    "CREATE INDEX charge_in_doubt ON charge (number) WHERE " CHARGE_IN_DOUBT("") ";";
