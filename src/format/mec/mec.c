#include "format/mec/mec.h"

#include <libxml/parser.h>

#include "format/mec/reading.h"

/* CoreMetadata: its Basic. */
static enum err read_core(struct mec_reading *r, const xmlNode *root)
{
    const xmlNode *basic = mec_child(root, "Basic");
    if (basic == NULL) {
        mec_fault(r, root, false, "CoreMetadata without Basic");
        return ERR_MALFORMED;
    }
    r->out->titles = ARENA_NEW(r->arena, struct mec_title);
    r->out->n_titles = 1;
    mec_title_read(r, basic, &r->out->titles[0]);
    return OK;
}

/* A manifest: Inventory/Metadata, each with its BasicMetadata or the place of a file that has it.
 */
static enum err read_manifest(struct mec_reading *r, const xmlNode *root)
{
    const xmlNode *inventory = mec_child(root, "Inventory");
    r->out->titles = ARENA_ARRAY(r->arena, struct mec_title, mec_count(inventory, "Metadata"));
    const xmlNode *m = mec_child(inventory, "Metadata");
    if (m == NULL) {
        mec_fault(r, root, false, "the manifest's Inventory has no Metadata");
        return ERR_MALFORMED;
    }
    for (; m != NULL; m = mec_next(m, "Metadata")) {
        const xmlNode *basic = mec_child(m, "BasicMetadata");
        const char *place =
            mec_child_text(r, mec_child(m, "ContainerReference"), "ContainerLocation");
        if (basic != NULL)
            mec_title_read(r, basic, &r->out->titles[r->out->n_titles++]);
        else
            mec_fault(r, m, true, "what it says lies in another file%s%.200s: import that",
                      place != NULL ? ", " : "", place != NULL ? place : "");
    }
    return OK;
}

static enum err read_root(struct mec_reading *r, const xmlNode *root)
{
    if (mec_is(root, "CoreMetadata"))
        return read_core(r, root);
    if (mec_is(root, "MediaManifest"))
        return read_manifest(r, root);
    mec_fault(r, root, false, "it is neither CoreMetadata (MEC) nor a MediaManifest");
    return ERR_MALFORMED;
}

enum err mec_read(struct arena *arena, const void *bytes, size_t n, struct mec_file *out)
{
    struct mec_reading r = { .arena = arena, .out = out };
    *out = (struct mec_file){ .faults = ARENA_ARRAY(arena, struct mec_fault, MEC_FAULTS_MAX) };
    if (n > MEC_FILE_MAX) {
        mec_fault(&r, NULL, false, "it is larger than 16 MiB");
        return ERR_FULL;
    }
    xmlDocPtr doc = NULL;
    enum err err = mec_tree_read(&r, bytes, n, &doc);
    if (err == OK)
        err = read_root(&r, xmlDocGetRootElement(doc));
    if (doc != NULL)
        xmlFreeDoc(doc);
    return err;
}
