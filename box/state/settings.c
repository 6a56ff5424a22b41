#include "box/state/settings.h"

#include <string.h>

#include "base/json.h"
#include "box/json/tree.h"
#include "box/state/files.h"

static const char file_name[] = "settings.json", token_name[] = "token";

static void read_into(const struct tree *t, struct settings *out)
{
    const char *box = tree_peek(t, "box"), *language = tree_peek(t, "language");
    char id[ID_TEXT];
    if (id_parse(box, strlen(box), id))
        memcpy(out->box, id, sizeof id);
    out->language_is_chosen = language[0] != '\0';
    if (out->language_is_chosen)
        out->language = language_of(language);
    double size = tree_number(t, "text_size", 0);
    out->text_size = size >= 2 ? 2 : size >= 1 ? 1 : 0;
    out->is_contrast = tree_bool(t, "contrast");
    out->is_spoken = tree_bool(t, "spoken");
}

enum err settings_load(const char *folder, struct settings *out)
{
    struct buf text;
    struct tree *root = NULL;
    *out = (struct settings){ 0 };
    enum err made = folder_make(folder);
    buf_init(&text, 16384);
    if (file_read(folder, file_name, &text) == OK &&
        tree_parse(text.data, text.size, &root) == OK) {
        read_into(root, out);
        tree_destroy(&root);
    }
    buf_finish(&text);
    if (out->box[0] != '\0')
        return made;
    id_new(out->box);
    return made == OK ? settings_save(folder, out) : made;
}

enum err settings_save(const char *folder, const struct settings *s)
{
    struct buf text;
    buf_init(&text, 16384);
    struct json_writer w = json_writer_of(&text);
    json_object(&w, NULL);
    json_text(&w, "box", s->box);
    if (s->language_is_chosen)
        json_text(&w, "language", language_code(s->language));
    json_number(&w, "text_size", s->text_size);
    json_bool(&w, "contrast", s->is_contrast);
    json_bool(&w, "spoken", s->is_spoken);
    json_end(&w);
    enum err err = text.err;
    if (err == OK)
        err = file_replace(folder, file_name, text.data, text.size);
    buf_finish(&text);
    return err;
}

void token_load(const char *folder, char out[TOKEN_BYTES])
{
    struct buf text;
    buf_init(&text, TOKEN_BYTES - 1);
    memset(out, 0, TOKEN_BYTES);
    if (file_read(folder, token_name, &text) == OK) {
        size_t n = strcspn(buf_string(&text), " \r\n\t");
        memcpy(out, text.data, n);
        explicit_bzero(text.data, text.size);
    }
    buf_finish(&text);
}

enum err token_save(const char *folder, const char *token)
{
    return token != NULL ? file_replace(folder, token_name, token, strlen(token))
                         : file_remove(folder, token_name);
}
