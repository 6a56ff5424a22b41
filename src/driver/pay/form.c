#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "driver/pay/internal.h"

static bool is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

static void put_encoded(struct buf *form, const char *text)
{
    for (; *text != 0; text++)
        if (is_plain((unsigned char)*text))
            buf_u8(form, (uint8_t)*text);
        else
            buf_printf(form, "%%%02X", (unsigned char)*text);
}

void pay_form_put(struct buf *form, const char *name, const char *value)
{
    if (value == NULL)
        return;
    if (form->size > 0)
        buf_u8(form, '&');
    put_encoded(form, name);
    buf_u8(form, '=');
    put_encoded(form, value);
}

void pay_form_number(struct buf *form, const char *name, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    pay_form_put(form, name, text);
}

bool pay_id_is_good(const char *id)
{
    size_t n = strlen(id);
    for (size_t i = 0; i < n; i++)
        if (!is_plain((unsigned char)id[i]) || id[i] == '.')
            return false;
    return n > 0 && n <= PAY_ID_MAX;
}

bool pay_reference_split(const char *reference, char customer[PAY_ID_MAX + 1],
                         char method[PAY_ID_MAX + 1])
{
    const char *space = strchr(reference, ' ');
    if (space == NULL || (size_t)(space - reference) > PAY_ID_MAX)
        return false;
    snprintf(customer, PAY_ID_MAX + 1, "%.*s", (int)(space - reference), reference);
    if (!pay_id_is_good(customer) || !pay_id_is_good(space + 1))
        return false;
    snprintf(method, PAY_ID_MAX + 1, "%s", space + 1);
    return true;
}
