#include "driver/store/schema_guards.h"

/* An invoice is told from rows beside its own: its day counts from its charge's, its buyer stands
 * in a row of their own, and what it is called by is made of made_key. */
const char schema_guards[] =
    "DROP TRIGGER charge_stays;"
    "CREATE TRIGGER charge_stays BEFORE UPDATE OF"
    " number, id, membership, amount, terms, credit, created"
    " ON charge BEGIN SELECT raise(ABORT, 'a charge is of what it was made for'); END;"
    "CREATE TRIGGER buyer_stays BEFORE UPDATE ON buyer"
    " BEGIN SELECT raise(ABORT, 'invoices speak of it'); END;"
    "CREATE TRIGGER buyer_is_kept BEFORE DELETE ON buyer"
    " BEGIN SELECT raise(ABORT, 'invoices speak of it'); END;"
    "CREATE TRIGGER made_key_stays BEFORE UPDATE ON made_key"
    " BEGIN SELECT raise(ABORT, 'identities are made of it'); END;"
    "CREATE TRIGGER made_key_is_kept BEFORE DELETE ON made_key"
    " BEGIN SELECT raise(ABORT, 'identities are made of it'); END;";
