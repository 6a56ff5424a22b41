/* The rating systems that reach us most, by the names of the field's registry. What is not here is
 * not wrong: it cannot be checked, and that is said. */
#include <string.h>
#include <strings.h>

#include "format/avails/internal.h"

static const struct rating_system systems[] = {
    { "MPAA", "US,PR,GU,VI,AS,MP", "G,PG,PG-13,R,NC-17,NR,UR", NULL },
    { "TVPG", "US,PR,GU,VI,AS,MP", "TV-Y,TV-Y7,TV-Y7-FV,TV-G,TV-PG,TV-14,TV-MA,NR", "D,L,S,V,FV" },
    { "CHVRS", "CA", "G,PG,14A,18A,R,E", NULL },
    { "CBSC", "CA", "E,C,C8,G,PG,14+,18+", NULL },
    { "CSA", "FR", "T,10,12,16,18", NULL },
    { "CNC", "FR", "T,TP,U,10,12,16,18,X", NULL },
    { "BBFC", "GB,IM,GG,JE", "Uc,U,PG,12,12A,15,18,R18,E", NULL },
    { "FSK", "DE", "0,6,12,16,18", NULL },
    { "FPB", "ZA", "A,PG,7-9PG,7-9-PG,10-12PG,10-12-PG,10,10M,13,16,18,X18,XX",
      "V,L,N,S,P,D,B,H,IAT,SV,CI,M,PPS,SN" },
    { "ACB", "AU", "E,G,PG,M,MA15+,MA 15+,R18+,R 18+,X18+,X 18+,RC", NULL },
    { "OFLC", "NZ", "G,PG,M,R13,RP13,R15,R16,RP16,R18,RP18,R", NULL },
    { "IFCO", "IE", "G,PG,12,12A,15,15A,16,18", NULL },
    { "Kijkwijzer", "NL,BE", "AL,6,9,12,14,16,18", NULL },
    { "ICAA", "ES", "A,AI,7,7i,12,16,18,X", NULL },
    { "EIRIN", "JP", "G,PG12,PG-12,R15+,R15,R18+,R18", NULL },
    { "KMRB", "KR", "ALL,All,12,15,18,Restricted", NULL },
    { "DJCTQ", "BR", "L,10,12,14,16,18", NULL },
    { "RTC", "MX", "AA,A,B,B15,C,D", NULL },
    { "SMSA", "SE", "Btl,7,11,15", NULL },
    { "Medietilsynet", "NO", "A,6,9,12,15,18", NULL },
    { "Medieradet", "DK", "A,7,11,15", NULL },
    { "KAVI", "FI", "S,T,7,12,16,18", NULL },
    { "IGAC", "PT", "M/3,M/4,M/6,M/12,M/14,M/16,M/18,P", NULL },
    { "JMK", "AT", "0,6,8,10,12,14,16", NULL },
};

const struct rating_system *rating_system_find(const char *name)
{
    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++) {
        if (strcasecmp(systems[i].name, name) == 0)
            return &systems[i];
    }
    return NULL;
}

bool rating_list_has(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; length > 0 && at != NULL;) {
        const char *comma = strchr(at, ',');
        size_t n = comma == NULL ? strlen(at) : (size_t)(comma - at);
        if (n == length && memcmp(at, word, n) == 0)
            return true;
        at = comma == NULL ? NULL : comma + 1;
    }
    return false;
}
