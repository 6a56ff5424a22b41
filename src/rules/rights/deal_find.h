/* What deal_blocks.c and deal_check.c share. Of this folder alone. */
#ifndef LANTERNE_RULES_RIGHTS_DEAL_FIND_H
#define LANTERNE_RULES_RIGHTS_DEAL_FIND_H

#include "rules/rights/deal.h"

/* Whether the title is one of the deal's: named, or the deal is for all. */
bool deal_names(const struct deal *deal, const char *title);

#endif
