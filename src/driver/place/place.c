#include "driver/place/place.h"

#include <arpa/inet.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"

struct place_map {
    MMDB_s db; /* mapped read only: lookups change nothing and any thread may make them */
};

/* Networks of providers, connection types and the like come in the same format. */
static bool is_of_countries(const MMDB_s *db)
{
    static const char *const kinds[] = { "country", "city", "enterprise" };
    const char *type = db->metadata.database_type;
    for (size_t i = 0; type != NULL && i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcasestr(type, kinds[i]) != NULL)
            return true;
    return false;
}

static enum err open_error(int status)
{
    switch (status) {
    case MMDB_SUCCESS: return OK;
    case MMDB_FILE_OPEN_ERROR: return ERR_NOT_FOUND;
    case MMDB_IO_ERROR: return ERR_IO;
    case MMDB_OUT_OF_MEMORY_ERROR: return ERR_MEMORY;
    default: return ERR_MALFORMED;
    }
}

enum err place_map_open(const char *path, struct place_map **out)
{
    struct place_map *map = calloc(1, sizeof *map);
    *out = NULL;
    if (map == NULL)
        return ERR_MEMORY;
    enum err err = open_error(MMDB_open(path, MMDB_MODE_MMAP, &map->db));
    if (err != OK) {
        free(map);
        return err;
    }
    if (!is_of_countries(&map->db)) {
        place_map_close(&map);
        return ERR_MALFORMED;
    }
    *out = map;
    return OK;
}

void place_map_close(struct place_map **map)
{
    if (*map == NULL)
        return;
    MMDB_close(&(*map)->db);
    free(*map);
    *map = NULL;
}

/* The address for a lookup; an IPv4 address within IPv6 (RFC 4291, 2.5.5.2) is looked up as IPv4.
 * False: it is no numeric address. */
static bool address_of(const char *text, struct sockaddr_storage *out)
{
    static const uint8_t mapped[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
    struct sockaddr_in *four = (struct sockaddr_in *)out;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;
    struct in6_addr wide;
    *out = (struct sockaddr_storage){ 0 };
    four->sin_family = AF_INET;
    if (inet_pton(AF_INET, text, &four->sin_addr) == 1)
        return true;
    if (inet_pton(AF_INET6, text, &wide) != 1)
        return false;
    if (memcmp(&wide, mapped, sizeof mapped) == 0) {
        memcpy(&four->sin_addr, wide.s6_addr + sizeof mapped, sizeof four->sin_addr);
        return true;
    }
    six->sin6_family = AF_INET6;
    six->sin6_addr = wide;
    return true;
}

void place_map_find(const struct place_map *map, const char *address, char out[3])
{
    struct sockaddr_storage where;
    int status = MMDB_SUCCESS;
    MMDB_entry_data_s code;
    out[0] = 0;
    if (!address_of(address, &where))
        return;
    MMDB_lookup_result_s found =
        MMDB_lookup_sockaddr(&map->db, (const struct sockaddr *)&where, &status);
    if (status != MMDB_SUCCESS || !found.found_entry)
        return;
    status = MMDB_get_value(&found.entry, &code, "country", "iso_code", NULL);
    if (status != MMDB_SUCCESS || !code.has_data || code.type != MMDB_DATA_TYPE_UTF8_STRING ||
        code.data_size != 2 || !text_is_territory(code.utf8_string, 2))
        return;
    memcpy(out, code.utf8_string, 2);
    out[2] = 0;
}
