/* Shared by the files of driver/blob only. */
#ifndef LANTERNE_DRIVER_BLOB_INTERNAL_H
#define LANTERNE_DRIVER_BLOB_INTERNAL_H

/* Where unfinished blobs lie; no name can begin with a dot, so none can reach in. */
#define BLOB_TEMPORARY ".tmp"

struct blob_store {
    int root;
    int temporary;
};

#endif
