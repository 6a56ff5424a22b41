#include "box/play/decryptor.h"

#include <string.h>

#include <gst/base/gstbasetransform.h>
#include <gst/gstprotection.h>

#include "box/play/decrypt.h"

/* The common system of `pssh` (W3C "cenc" initialization data format), which ours carry. */
#define COMMON_SYSTEM "1077efec-c0b2-4d02-ace3-3c1e52e2fb4b"
#define CLEARKEY_SYSTEM "e2719d58-a985-b3c9-781a-b030af78d30e"

typedef struct {
    GstBaseTransform parent;
    bool is_cbcs;
    struct keys *keys;
    struct decrypter *decrypter;
} LanterneDecryptor;

typedef struct {
    GstBaseTransformClass parent;
} LanterneDecryptorClass;

static GType lanterne_decryptor_get_type(void);
G_DEFINE_TYPE(LanterneDecryptor, lanterne_decryptor, GST_TYPE_BASE_TRANSFORM)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE(
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS("application/x-cenc, protection-system=(string)" COMMON_SYSTEM ";"
                    "application/x-cenc, protection-system=(string)" CLEARKEY_SYSTEM ";"
                    "application/x-cenc"));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

/* ---- what is said of a sample ---- */

static bool read_bytes_of(const GstStructure *info, const char *field, uint8_t *out, size_t room,
                          size_t *size)
{
    const GValue *value = gst_structure_get_value(info, field);
    GstBuffer *buffer =
        value != NULL && GST_VALUE_HOLDS_BUFFER(value) ? gst_value_get_buffer(value) : NULL;
    if (buffer == NULL || gst_buffer_get_size(buffer) > room)
        return false;
    *size = gst_buffer_extract(buffer, 0, out, room);
    return true;
}

static unsigned number_of(const GstStructure *info, const char *field)
{
    guint number = 0;
    return gst_structure_get_uint(info, field, &number) ? number : 0;
}

static enum err read_runs(const GstStructure *info, struct decrypt_how *how, GstBuffer **runs,
                          GstMapInfo *map)
{
    const GValue *value = gst_structure_get_value(info, "subsamples");
    unsigned n = number_of(info, "subsample_count");
    if (n == 0)
        return OK;
    if (value == NULL || !GST_VALUE_HOLDS_BUFFER(value) || gst_value_get_buffer(value) == NULL)
        return ERR_MALFORMED;
    GstBuffer *buffer = gst_value_get_buffer(value);
    if (gst_buffer_get_size(buffer) / DECRYPT_RUN < n)
        return ERR_MALFORMED;
    if (!gst_buffer_map(buffer, map, GST_MAP_READ))
        return ERR_MEMORY;
    *runs = buffer;
    how->runs = map->data;
    how->n_runs = n;
    return OK;
}

/* What a demuxer says of a sample (GstProtectionMeta): kid, and how, whose runs are lent from *map,
 * which the caller unmaps when *runs is set. ERR_MALFORMED: it does not fit together. */
static enum err read_how(const GstStructure *info, bool is_cbcs, uint8_t kid[KEYS_ID],
                         struct decrypt_how *how, GstBuffer **runs, GstMapInfo *map)
{
    size_t size = 0;
    *runs = NULL;
    *how = (struct decrypt_how){ .scheme = is_cbcs ? DECRYPT_CBCS : DECRYPT_CENC };
    if (!read_bytes_of(info, "kid", kid, KEYS_ID, &size) || size != KEYS_ID)
        return ERR_MALFORMED;
    if (!read_bytes_of(info, "iv", how->iv, sizeof how->iv, &how->iv_size))
        return ERR_MALFORMED;
    if (is_cbcs) {
        how->crypt_blocks = number_of(info, "crypt_byte_block");
        how->skip_blocks = number_of(info, "skip_byte_block");
        if (how->crypt_blocks > 15 || how->skip_blocks > 15) /* four bits each in `tenc` */
            return ERR_MALFORMED;
    }
    return read_runs(info, how, runs, map);
}

/* ---- the element ---- */

static enum err decrypt_mapped(LanterneDecryptor *d, const GstStructure *info, GstMapInfo *sample)
{
    uint8_t kid[KEYS_ID], key[KEYS_KEY];
    struct decrypt_how how;
    GstBuffer *runs = NULL;
    GstMapInfo map;
    enum err err = read_how(info, d->is_cbcs, kid, &how, &runs, &map);
    if (err == OK && (d->keys == NULL || !keys_find(d->keys, kid, key)))
        err = ERR_NOT_FOUND;
    if (err == OK)
        err = decrypt_sample(d->decrypter, key, &how, sample->data, sample->size);
    explicit_bzero(key, sizeof key);
    if (runs != NULL)
        gst_buffer_unmap(runs, &map);
    return err;
}

static bool is_in_clear(const GstStructure *info)
{
    gboolean encrypted = TRUE;
    return gst_structure_get_boolean(info, "encrypted", &encrypted) && !encrypted;
}

static GstFlowReturn transform(GstBaseTransform *base, GstBuffer *buffer)
{
    LanterneDecryptor *d = (LanterneDecryptor *)base;
    const GstProtectionMeta *meta = gst_buffer_get_protection_meta(buffer);
    GstMapInfo sample;
    enum err err = meta == NULL ? ERR_MALFORMED : OK;
    if (err == OK && is_in_clear(meta->info))
        return GST_FLOW_OK;
    if (err == OK && !gst_buffer_map(buffer, &sample, GST_MAP_READWRITE))
        err = ERR_MEMORY;
    else if (err == OK) {
        err = decrypt_mapped(d, meta->info, &sample);
        gst_buffer_unmap(buffer, &sample);
    }
    if (err == OK)
        return GST_FLOW_OK;
    if (err == ERR_NOT_FOUND)
        GST_ELEMENT_ERROR(d, STREAM, DECRYPT_NOKEY, ("no key"), (NULL));
    else
        GST_ELEMENT_ERROR(d, STREAM, DECRYPT, ("%s", err_text(err)), (NULL));
    return GST_FLOW_ERROR;
}

static void drop_protection(GstStructure *s)
{
    gst_structure_remove_fields(s, "protection-system", "original-media-type", "cipher-mode",
                                "encryption-algorithm", "encoding-scope", NULL);
}

static GstCaps *transform_caps(GstBaseTransform *base, GstPadDirection direction, GstCaps *caps,
                               GstCaps *filter)
{
    (void)base;
    GstCaps *out = gst_caps_new_empty();
    for (guint i = 0; i < gst_caps_get_size(caps); i++) {
        GstStructure *s = gst_structure_copy(gst_caps_get_structure(caps, i));
        const char *clear = gst_structure_get_string(s, "original-media-type");
        if (direction == GST_PAD_SINK && clear != NULL) {
            char *name = g_strdup(clear);
            gst_structure_set_name(s, name);
            g_free(name);
            drop_protection(s);
        } else if (direction == GST_PAD_SINK) {
            gst_structure_free(s);
            continue;
        } else {
            drop_protection(s);
            gst_structure_set(s, "original-media-type", G_TYPE_STRING, gst_structure_get_name(s),
                              NULL);
            gst_structure_set_name(s, "application/x-cenc");
        }
        gst_caps_append_structure(out, s);
    }
    if (gst_caps_is_empty(out) || gst_caps_is_any(caps)) {
        gst_caps_unref(out);
        out = direction == GST_PAD_SINK ? gst_caps_new_any()
                                        : gst_caps_new_empty_simple("application/x-cenc");
    }
    if (filter != NULL) {
        GstCaps *both = gst_caps_intersect_full(filter, out, GST_CAPS_INTERSECT_FIRST);
        gst_caps_unref(out);
        out = both;
    }
    return out;
}

static gboolean set_caps(GstBaseTransform *base, GstCaps *in, GstCaps *out)
{
    LanterneDecryptor *d = (LanterneDecryptor *)base;
    const char *mode = gst_structure_get_string(gst_caps_get_structure(in, 0), "cipher-mode");
    (void)out;
    d->is_cbcs = mode != NULL && strcmp(mode, "cbcs") == 0;
    return mode == NULL || d->is_cbcs || strcmp(mode, "cenc") == 0;
}

static gboolean start(GstBaseTransform *base)
{
    LanterneDecryptor *d = (LanterneDecryptor *)base;
    return d->decrypter != NULL || decrypter_create(&d->decrypter) == OK;
}

static gboolean stop(GstBaseTransform *base)
{
    LanterneDecryptor *d = (LanterneDecryptor *)base;
    decrypter_destroy(&d->decrypter);
    return TRUE;
}

static void finalize(GObject *object)
{
    LanterneDecryptor *d = (LanterneDecryptor *)object;
    decrypter_destroy(&d->decrypter);
    keys_unref(&d->keys);
    G_OBJECT_CLASS(lanterne_decryptor_parent_class)->finalize(object);
}

static void lanterne_decryptor_class_init(LanterneDecryptorClass *class)
{
    GstElementClass *element = GST_ELEMENT_CLASS(class);
    GstBaseTransformClass *base = GST_BASE_TRANSFORM_CLASS(class);
    G_OBJECT_CLASS(class)->finalize = finalize;
    gst_element_class_add_static_pad_template(element, &sink_template);
    gst_element_class_add_static_pad_template(element, &src_template);
    gst_element_class_set_static_metadata(element, "ClearKey decryptor", "Decryptor",
                                          "Opens Common Encryption with keys of its player",
                                          "Lanterne");
    base->transform_ip = transform;
    base->transform_caps = transform_caps;
    base->set_caps = set_caps;
    base->start = start;
    base->stop = stop;
    base->transform_ip_on_passthrough = FALSE;
}

static void lanterne_decryptor_init(LanterneDecryptor *d)
{
    gst_base_transform_set_in_place(GST_BASE_TRANSFORM(d), TRUE);
    gst_base_transform_set_passthrough(GST_BASE_TRANSFORM(d), FALSE);
    gst_base_transform_set_gap_aware(GST_BASE_TRANSFORM(d), FALSE);
}

bool decryptor_register(void)
{
    return gst_element_register(NULL, "lanternedecryptor", GST_RANK_PRIMARY + 100,
                                lanterne_decryptor_get_type());
}

void decryptor_give_keys(GstElement *element, struct keys *keys)
{
    if (G_OBJECT_TYPE(element) != lanterne_decryptor_get_type())
        return;
    LanterneDecryptor *d = (LanterneDecryptor *)element;
    keys_unref(&d->keys);
    d->keys = keys_ref(keys);
}
