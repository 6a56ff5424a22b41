#include "driver/store/schema_keys.h"

/* Content keys are made before their edition stands and go when it is forgotten, so they hang on
 * neither table of editions. Nothing here opens media without the master key. */
const char schema_keys[] =
    "CREATE TABLE content_key ("
    " kid BLOB NOT NULL PRIMARY KEY CHECK (length(kid) = 16),"
    " edition TEXT NOT NULL,"
    " class TEXT NOT NULL CHECK (class IN ('audio', 'sd', 'hd', 'uhd')),"
    " iv BLOB NOT NULL CHECK (length(iv) = 16),"
    " wrapped BLOB NOT NULL CHECK (length(wrapped) = 74),"
    " master TEXT NOT NULL," /* the master key that wrapped it, by name */
    " created INTEGER NOT NULL,"
    " UNIQUE (edition, class)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX content_key_by_master ON content_key (master, kid);"
    "CREATE TABLE content_key_drm ("
    " kid BLOB NOT NULL REFERENCES content_key (kid) ON DELETE CASCADE,"
    " system BLOB NOT NULL CHECK (length(system) = 16),"
    " pssh TEXT,"
    " dash TEXT,"
    " hls_media TEXT,"
    " hls_master TEXT,"
    " PRIMARY KEY (kid, system)) STRICT, WITHOUT ROWID;"
    /* Editions whose tracks lie there under cenc, too. */
    "CREATE TABLE edition_cenc ("
    " edition TEXT NOT NULL PRIMARY KEY,"
    " ready INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    /* Jobs that are more than an ingest of a master in clear. */
    "CREATE TABLE job_task ("
    " job TEXT NOT NULL PRIMARY KEY REFERENCES job (id) ON DELETE CASCADE,"
    " task TEXT NOT NULL CHECK (task IN ('ingest', 'rotate', 'cenc')),"
    " edition TEXT NOT NULL,"                       /* what is encrypted anew; '' */
    " seal_kid BLOB CHECK (length(seal_kid) = 16)," /* of the key the master is read with */
    " seal BLOB CHECK (length(seal) = 74),"
    " seal_master TEXT) STRICT, WITHOUT ROWID;"
    "CREATE INDEX job_task_by_seal ON job_task (seal_master) WHERE seal_master IS NOT NULL;";
