/* A production as JSON, as the house sees it: the console's API and the command line say the same.
 */
#ifndef LANTERNE_RULES_PRODUCTION_PRODUCTION_JSON_H
#define LANTERNE_RULES_PRODUCTION_PRODUCTION_JSON_H

#include "base/json.h"
#include "rules/production/production.h"

/* Adds the fields of a production to the object that is open in w:
 *   "id", "title" (id), "name", "state" (at `now`), "studio", "creators", "episodes",
 *   "budget":{"amount","currency","paid"}, "instalments":[{"name","due","amount","paid"|null}],
 *   "terms":{...}, "due" (the next delivery that is open)|null, "delivered", "accepted" (counts),
 *   "release"|null, "ended_because"|null, "version", "created", "changed",
 *   "deliveries":[{"season","episode","playable"|null,"due","state","late","report"|null,
 *                  "note"|null,"changed"|null}]
 * report: {"file","inspected","job"|null,"seconds","width","height",
 *          "black":{"head","tail"},
 *          "sounds":[{"language","channels","loudness"|null,"true_peak"|null,
 *                     "silence":{"head","tail"}}],
 *          "captions":["fr"], "findings":[{"code","fault","text"}]}
 * name: of the title; NULL: not known. */
void production_json_fields(const struct production *p, const char *name, utc_time now,
                            struct json_writer *w);

/* The report of one inspection, as above, as an object at the root of w. job: NULL: none yet. */
struct delivery_report {
    const char *file; /* name as delivered */
    const char *job;  /* that takes the master in */
    utc_time inspected;
    const struct delivery_facts *facts;
    const struct delivery_finding *findings;
    size_t n_findings;
};
void production_json_report(const struct delivery_report *report, struct json_writer *w);

#endif
