#include "format/sepa/account.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "format/sepa/charset.h"

/* The IBAN registry: how long each country's are, and who reaches SEPA how (EPC409-09). */
static const struct country {
    char code[3];
    unsigned char length;
    unsigned char reach;
} countries[] = {
    { "AD", 24, SEPA_REACH_WITH_BIC },  { "AE", 23, SEPA_REACH_NOT },
    { "AL", 28, SEPA_REACH_WITH_BIC },  { "AT", 20, SEPA_REACH_IBAN_ONLY },
    { "AZ", 28, SEPA_REACH_NOT },       { "BA", 20, SEPA_REACH_NOT },
    { "BE", 16, SEPA_REACH_IBAN_ONLY }, { "BG", 22, SEPA_REACH_IBAN_ONLY },
    { "BH", 22, SEPA_REACH_NOT },       { "BI", 27, SEPA_REACH_NOT },
    { "BR", 29, SEPA_REACH_NOT },       { "BY", 28, SEPA_REACH_NOT },
    { "CH", 21, SEPA_REACH_WITH_BIC },  { "CR", 22, SEPA_REACH_NOT },
    { "CY", 28, SEPA_REACH_IBAN_ONLY }, { "CZ", 24, SEPA_REACH_IBAN_ONLY },
    { "DE", 22, SEPA_REACH_IBAN_ONLY }, { "DJ", 27, SEPA_REACH_NOT },
    { "DK", 18, SEPA_REACH_IBAN_ONLY }, { "DO", 28, SEPA_REACH_NOT },
    { "EE", 20, SEPA_REACH_IBAN_ONLY }, { "EG", 29, SEPA_REACH_NOT },
    { "ES", 24, SEPA_REACH_IBAN_ONLY }, { "FI", 18, SEPA_REACH_IBAN_ONLY },
    { "FK", 18, SEPA_REACH_NOT },       { "FO", 18, SEPA_REACH_NOT },
    { "FR", 27, SEPA_REACH_IBAN_ONLY }, { "GB", 22, SEPA_REACH_WITH_BIC },
    { "GE", 22, SEPA_REACH_NOT },       { "GI", 23, SEPA_REACH_WITH_BIC },
    { "GL", 18, SEPA_REACH_NOT },       { "GR", 27, SEPA_REACH_IBAN_ONLY },
    { "GT", 28, SEPA_REACH_NOT },       { "HN", 28, SEPA_REACH_NOT },
    { "HR", 21, SEPA_REACH_IBAN_ONLY }, { "HU", 28, SEPA_REACH_IBAN_ONLY },
    { "IE", 22, SEPA_REACH_IBAN_ONLY }, { "IL", 23, SEPA_REACH_NOT },
    { "IQ", 23, SEPA_REACH_NOT },       { "IS", 26, SEPA_REACH_IBAN_ONLY },
    { "IT", 27, SEPA_REACH_IBAN_ONLY }, { "JO", 30, SEPA_REACH_NOT },
    { "KW", 30, SEPA_REACH_NOT },       { "KZ", 20, SEPA_REACH_NOT },
    { "LB", 28, SEPA_REACH_NOT },       { "LC", 32, SEPA_REACH_NOT },
    { "LI", 21, SEPA_REACH_IBAN_ONLY }, { "LT", 20, SEPA_REACH_IBAN_ONLY },
    { "LU", 20, SEPA_REACH_IBAN_ONLY }, { "LV", 21, SEPA_REACH_IBAN_ONLY },
    { "LY", 25, SEPA_REACH_NOT },       { "MC", 27, SEPA_REACH_WITH_BIC },
    { "MD", 24, SEPA_REACH_WITH_BIC },  { "ME", 22, SEPA_REACH_WITH_BIC },
    { "MK", 19, SEPA_REACH_WITH_BIC },  { "MN", 20, SEPA_REACH_NOT },
    { "MR", 27, SEPA_REACH_NOT },       { "MT", 31, SEPA_REACH_IBAN_ONLY },
    { "MU", 30, SEPA_REACH_NOT },       { "NI", 28, SEPA_REACH_NOT },
    { "NL", 18, SEPA_REACH_IBAN_ONLY }, { "NO", 15, SEPA_REACH_IBAN_ONLY },
    { "OM", 23, SEPA_REACH_NOT },       { "PK", 24, SEPA_REACH_NOT },
    { "PL", 28, SEPA_REACH_IBAN_ONLY }, { "PS", 29, SEPA_REACH_NOT },
    { "PT", 25, SEPA_REACH_IBAN_ONLY }, { "QA", 29, SEPA_REACH_NOT },
    { "RO", 24, SEPA_REACH_IBAN_ONLY }, { "RS", 22, SEPA_REACH_WITH_BIC },
    { "RU", 33, SEPA_REACH_NOT },       { "SA", 24, SEPA_REACH_NOT },
    { "SC", 31, SEPA_REACH_NOT },       { "SD", 18, SEPA_REACH_NOT },
    { "SE", 24, SEPA_REACH_IBAN_ONLY }, { "SI", 19, SEPA_REACH_IBAN_ONLY },
    { "SK", 24, SEPA_REACH_IBAN_ONLY }, { "SM", 27, SEPA_REACH_WITH_BIC },
    { "SO", 23, SEPA_REACH_NOT },       { "ST", 25, SEPA_REACH_NOT },
    { "SV", 28, SEPA_REACH_NOT },       { "TL", 23, SEPA_REACH_NOT },
    { "TN", 24, SEPA_REACH_NOT },       { "TR", 26, SEPA_REACH_NOT },
    { "UA", 29, SEPA_REACH_NOT },       { "VA", 22, SEPA_REACH_WITH_BIC },
    { "VG", 24, SEPA_REACH_NOT },       { "XK", 20, SEPA_REACH_NOT },
    { "YE", 30, SEPA_REACH_NOT },
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static const struct country *country_of(const char *iban)
{
    for (size_t i = 0; i < sizeof countries / sizeof countries[0]; i++) {
        if (memcmp(countries[i].code, iban, 2) == 0)
            return &countries[i];
    }
    return NULL;
}

/* ISO 7064 mod 97-10 over letters (A is 10) and digits; other characters are passed over. */
static unsigned remainder_97(unsigned so_far, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (is_digit(text[i]))
            so_far = (so_far * 10 + (unsigned)(text[i] - '0')) % 97;
        else if (is_capital(text[i]))
            so_far = (so_far * 100 + (unsigned)(text[i] - 'A') + 10) % 97;
    }
    return so_far;
}

static enum err wrong(char why[SEPA_WHY], const char *text)
{
    snprintf(why, SEPA_WHY, "%s", text);
    return ERR_ARGUMENT;
}

static enum err check(const char *iban, size_t n, char why[SEPA_WHY])
{
    if (n < 5 || !is_capital(iban[0]) || !is_capital(iban[1]) || !is_digit(iban[2]) ||
        !is_digit(iban[3]))
        return wrong(why, "an IBAN begins with two letters and two digits");
    const struct country *country = country_of(iban);
    if (country == NULL) {
        snprintf(why, SEPA_WHY, "%.2s: no country with IBANs has this code", iban);
        return ERR_ARGUMENT;
    }
    if (n != country->length) {
        snprintf(why, SEPA_WHY, "an IBAN of %.2s has %u characters, not %zu", country->code,
                 (unsigned)country->length, n);
        return ERR_ARGUMENT;
    }
    if (remainder_97(remainder_97(0, iban + 4, n - 4), iban, 4) != 1)
        return wrong(why, "the check digits are wrong: a character was mistyped");
    return OK;
}

enum err sepa_iban_read(const char *text, size_t n, char out[SEPA_IBAN], char why[SEPA_WHY])
{
    char iban[SEPA_IBAN] = "";
    size_t size = 0;
    why[0] = 0;
    for (size_t i = 0; i < n; i++) {
        char c = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 'a' + 'A') : text[i];
        if (c == ' ')
            continue;
        if (!is_digit(c) && !is_capital(c))
            return wrong(why, "an IBAN has letters and digits only");
        if (size == SEPA_IBAN - 1)
            return wrong(why, "an IBAN has at most 34 characters");
        iban[size++] = c;
    }
    enum err err = check(iban, size, why);
    if (err == OK)
        memcpy(out, iban, SEPA_IBAN);
    return err;
}

enum sepa_reach sepa_iban_reach(const char *iban)
{
    const struct country *country = strlen(iban) < 2 ? NULL : country_of(iban);
    return country == NULL ? SEPA_REACH_NOT : (enum sepa_reach)country->reach;
}

void sepa_iban_label(const char *iban, char out[SEPA_LABEL])
{
    size_t n = strlen(iban);
    snprintf(out, SEPA_LABEL, "%.2s·· %s", iban, n < 4 ? "" : iban + n - 4);
}

bool sepa_bic_is_good(const char *bic)
{
    size_t n = strlen(bic);
    if (n != 8 && n != 11)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!is_capital(bic[i]) && (i < 6 || !is_digit(bic[i])))
            return false;
    }
    return bic[6] != '0' && bic[6] != '1' && bic[7] != 'O' && text_is_territory(bic + 4, 2);
}

bool sepa_creditor_is_good(const char *id)
{
    size_t n = strlen(id);
    if (n < 8 || n >= SEPA_CREDITOR || !is_capital(id[0]) || !is_capital(id[1]) ||
        !is_digit(id[2]) || !is_digit(id[3]))
        return false;
    for (size_t i = 4; i < n; i++) {
        if (!is_capital(id[i]) && !is_digit(id[i]))
            return false;
    }
    /* The creditor's three characters are not under the check digits. */
    return remainder_97(remainder_97(0, id + 7, n - 7), id, 4) == 1;
}

bool sepa_id_is_good(const char *id)
{
    size_t n = strlen(id);
    if (n == 0 || n > 35 || id[0] == '/' || id[n - 1] == '/' || strstr(id, "//") != NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!sepa_char_is_good(id[i]))
            return false;
    }
    return true;
}
