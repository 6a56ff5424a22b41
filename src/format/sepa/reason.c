#include "format/sepa/reason.h"

#include <stddef.h>
#include <string.h>

/* MD06 and MS02 are the holder's own word: who had the bank give the money back is asked anew and
 * not debited anew. */
static const struct sepa_reason reasons[] = {
    { "AC01", true, "the account number is wrong" },
    { "AC04", true, "the account is closed" },
    { "AC06", true, "the account is blocked" },
    { "AC13", true, "the account is of a kind that takes no such debits" },
    { "AG01", true, "the account takes no direct debits" },
    { "AG02", false, "the bank took it for another kind of collection" },
    { "AM04", false, "there was not enough money on the account" },
    { "AM05", false, "the bank took it for a duplicate" },
    { "BE05", false, "the bank does not know the creditor identifier" },
    { "CNOR", false, "the house's bank is not reached by this way" },
    { "DNOR", true, "the account's bank is not reached by direct debits" },
    { "DT01", false, "the day of collection is not possible" },
    { "ED05", false, "the banks could not settle" },
    { "FF01", false, "the file is not as the bank wants it" },
    { "FF05", false, "the bank does not take this kind of direct debit" },
    { "FOCR", false, "it was called back" },
    { "MD01", true, "there is no mandate" },
    { "MD02", false, "what was said of the mandate is not complete" },
    { "MD06", true, "the account's holder asked for the money back" },
    { "MD07", true, "the account's holder has died" },
    { "MS02", true, "the account's holder refused it" },
    { "MS03", false, "the bank gave no reason" },
    { "RC01", true, "there is no bank of this number" },
    { "RR01", false, "the bank asks for more about the account" },
    { "RR02", false, "the bank asks for the name or address of who pays" },
    { "RR03", false, "the bank asks for the name or address of who is paid" },
    { "RR04", false, "the bank may not do it by law" },
    { "SL01", true, "the account lets this creditor collect nothing" },
    { "TM01", false, "the file came too late for its day" },
};

const struct sepa_reason *sepa_reason_find(const char *code)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (strcmp(reasons[i].code, code) == 0)
            return &reasons[i];
    }
    return NULL;
}
