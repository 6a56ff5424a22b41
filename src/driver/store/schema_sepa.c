#include "driver/store/schema_sepa.h"

/* A try to collect a charge is in one batch that is not refused: the index sepa_debit_once holds
 * it. States of debits are those of enum sepa_debit_state. */
const char schema_sepa[] =
    "CREATE TABLE sepa_batch ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " id TEXT NOT NULL UNIQUE,"
    " created INTEGER NOT NULL,"
    " due_day INTEGER NOT NULL,"
    " debits INTEGER NOT NULL,"
    " sum INTEGER NOT NULL CHECK (sum > 0),"
    " version TEXT NOT NULL,"
    " creditor_name TEXT NOT NULL,"
    " creditor_iban TEXT NOT NULL,"
    " creditor_bic TEXT NOT NULL,"
    " creditor_id TEXT NOT NULL,"
    " text TEXT NOT NULL,"
    " written INTEGER NOT NULL," /* 0: not known to be */
    " refused INTEGER NOT NULL," /* by the bank, as a whole; 0: not */
    " why TEXT NOT NULL) STRICT;"
    "CREATE INDEX sepa_batch_unwritten ON sepa_batch (number) WHERE written = 0 AND refused = 0;"
    "CREATE TABLE sepa_debit ("
    " charge INTEGER NOT NULL REFERENCES charge (number),"
    " try INTEGER NOT NULL,"
    " batch INTEGER NOT NULL REFERENCES sepa_batch (number),"
    " means INTEGER NOT NULL REFERENCES means (number),"
    " minor INTEGER NOT NULL CHECK (minor > 0),"
    " state INTEGER NOT NULL,"
    " moved INTEGER NOT NULL,"
    " reason TEXT NOT NULL,"
    " PRIMARY KEY (charge, try, batch)) STRICT, WITHOUT ROWID;"
    "CREATE UNIQUE INDEX sepa_debit_once ON sepa_debit (charge, try) WHERE state <> 4;"
    "CREATE INDEX sepa_debit_by_batch ON sepa_debit (batch, charge);"
    /* Mandates that will never pay again. */
    "CREATE TABLE sepa_dead ("
    " means INTEGER NOT NULL PRIMARY KEY REFERENCES means (number),"
    " at INTEGER NOT NULL,"
    " reason TEXT NOT NULL) STRICT;"
    /* Files of banks that were taken in to their end. */
    "CREATE TABLE sepa_file ("
    " digest BLOB NOT NULL PRIMARY KEY,"
    " name TEXT NOT NULL,"
    " version TEXT NOT NULL,"
    " message TEXT NOT NULL,"
    " taken INTEGER NOT NULL) STRICT, WITHOUT ROWID;";
