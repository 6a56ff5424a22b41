/* From what a master is to what is made of it: renditions, their names and labels. */
#ifndef LANTERNE_SERVICE_INGEST_PLAN_H
#define LANTERNE_SERVICE_INGEST_PLAN_H

#include "service/ingest/facts.h"
#include "service/ingest/ingest.h"

enum { INGEST_NAME = 64, INGEST_LABEL = 160 };

struct ingest_track {
    char name[INGEST_NAME];   /* "a-fr-2", "c-fr-sdh": unique in the edition, safe in addresses */
    char label[INGEST_LABEL]; /* for menus */
    char language[36];
    bool is_default, is_description;
    const char *kind; /* captions: "subtitles", "sdh", "forced" */
};

struct ingest_plan {
    struct media_plan media;
    uint32_t pieces;                                  /* of the picture */
    struct ingest_track sounds[MEDIA_TRACKS_MAX * 2]; /* beside media.sounds */
    struct ingest_track texts[MEDIA_TRACKS_MAX];      /* beside media.texts */
};

/* The plan follows from facts and basis alone, so every worker makes the same. */
MUST_CHECK enum err ingest_plan_make(const struct ingest_basis *basis,
                                     const struct media_facts *facts, struct ingest_plan *out);
/* "c-fr", "c-fr-sdh", "c-fr-forced". */
void ingest_caption_name(const char *language, const char *kind, char out[INGEST_NAME]);

#endif
