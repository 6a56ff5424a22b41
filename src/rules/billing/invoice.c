#include "rules/billing/invoice.h"

#include <inttypes.h>
#include <stdio.h>

void invoice_series(const char *territory, const struct zone *zone, utc_time at,
                    char out[INVOICE_SERIES])
{
    int32_t second;
    int year, month, day;
    civil_day_split(zone_day(zone, at, &second), &year, &month, &day);
    snprintf(out, INVOICE_SERIES, "%.2s-%04d", territory, year);
}

void invoice_number(const struct invoice *invoice, char out[INVOICE_NUMBER])
{
    snprintf(out, INVOICE_NUMBER, "%.15s-%06" PRId64, invoice->series,
             invoice->number % 1000000000000);
}
