/* A master key inside a PKCS#11 token: it wraps by AES-GCM there and never comes out. The module is
 * loaded when it is asked for; one session, one caller at a time. A session that was lost (the
 * token was taken out, the module restarted) is opened anew once. */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CRYPTOKI_GNU 1
#include <p11-kit/pkcs11.h>

#include "driver/vault/master.h"
#include "driver/vault/uri.h"

enum { FORM_TOKEN = 2, NONCE = 12, SLOTS_MAX = 64, PIN_MAX = 256 };

struct token {
    void *module;
    struct ck_function_list *calls;
    bool is_ours; /* C_Initialize was ours, so C_Finalize is */
    struct token_uri uri;
    ck_slot_id_t slot;
    ck_session_handle_t session; /* 0: none */
    ck_object_handle_t object;
    pthread_mutex_t lock;
};

/* ---- loading ----------------------------------------------------------------------------------
 */

static void module_path(const struct token_uri *uri, char *out, size_t room)
{
    if (uri->module_path[0] != 0)
        snprintf(out, room, "%s", uri->module_path);
    else if (uri->module_name[0] != 0)
        snprintf(out, room, "lib%s.so", uri->module_name);
    else
        snprintf(out, room, "p11-kit-proxy.so");
}

static enum err load(struct token *t, const struct why *why)
{
    char path[URI_PART + 16];
    CK_C_GetFunctionList list = NULL;
    module_path(&t->uri, path, sizeof path);
    t->module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (t->module == NULL)
        return why_say(why, ERR_NOT_FOUND, "the module cannot be loaded: %s", dlerror());
    void *symbol = dlsym(t->module, "C_GetFunctionList");
    memcpy(&list, &symbol, sizeof list); /* C has no cast from object to function */
    if (list == NULL || list(&t->calls) != CKR_OK || t->calls == NULL)
        return why_say(why, ERR_UNSUPPORTED, "%s is no PKCS#11 module", path);
    struct ck_c_initialize_args args = { .flags = CKF_OS_LOCKING_OK };
    ck_rv_t rv = t->calls->C_Initialize(&args);
    t->is_ours = rv == CKR_OK;
    if (rv != CKR_OK && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED)
        return why_say(why, ERR_IO, "the module does not start (0x%lx)", rv);
    return OK;
}

/* Fields of PKCS#11 are padded with blanks and have no NUL. */
static bool is_field(const char *wanted, const unsigned char *field, size_t room)
{
    size_t n = strlen(wanted);
    if (n == 0)
        return true;
    if (n > room || memcmp(field, wanted, n) != 0)
        return false;
    for (size_t i = n; i < room; i++) {
        if (field[i] != ' ' && field[i] != 0)
            return false;
    }
    return true;
}

static bool is_token(const struct token *t, ck_slot_id_t slot)
{
    struct ck_token_info info;
    if (t->calls->C_GetTokenInfo(slot, &info) != CKR_OK ||
        (info.flags & CKF_TOKEN_INITIALIZED) == 0)
        return false;
    return is_field(t->uri.token, info.label, sizeof info.label) &&
           is_field(t->uri.serial, info.serial_number, sizeof info.serial_number) &&
           is_field(t->uri.model, info.model, sizeof info.model) &&
           is_field(t->uri.manufacturer, info.manufacturer_id, sizeof info.manufacturer_id);
}

static enum err find_slot(struct token *t, const struct why *why)
{
    ck_slot_id_t slots[SLOTS_MAX];
    unsigned long n = SLOTS_MAX;
    size_t found = 0;
    ck_rv_t rv = t->calls->C_GetSlotList(1, slots, &n);
    if (rv != CKR_OK)
        return why_say(why, ERR_IO, "the module's tokens cannot be listed (0x%lx)", rv);
    for (unsigned long i = 0; i < n; i++) {
        if (!is_token(t, slots[i]))
            continue;
        t->slot = slots[i];
        found++;
    }
    if (found == 1)
        return OK;
    return why_say(why, found == 0 ? ERR_NOT_FOUND : ERR_ARGUMENT,
                   found == 0 ? "there is no such token" : "several tokens are meant");
}

/* ---- signing in -------------------------------------------------------------------------------
 */

static enum err read_pin_file(const char *source, char *pin, const struct why *why)
{
    struct stat st;
    const char *path = strncmp(source, "file:", 5) == 0 ? source + 5 : source;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return why_say(why, ERR_NOT_FOUND, "pin-source: %s: cannot be read", path);
    bool is_good = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    ssize_t n = is_good ? read(fd, pin, PIN_MAX - 1) : -1;
    close(fd);
    if (n < 0)
        return why_say(why, ERR_IO, "pin-source: %s: cannot be read", path);
    pin[n] = 0;
    pin[strcspn(pin, "\r\n")] = 0;
    if ((st.st_mode & 077) != 0)
        return why_say(why, ERR_DENIED,
                       "pin-source: %s: can be read by others than its owner (chmod 600)", path);
    return OK;
}

static enum err sign_in(struct token *t, const struct why *why)
{
    if (t->uri.pin_value[0] == 0 && t->uri.pin_source[0] == 0)
        return OK; /* some tokens ask for none */
    char *pin = vault_secret_alloc(PIN_MAX);
    if (pin == NULL)
        return why_say(why, ERR_MEMORY, "memory cannot be locked for the PIN");
    enum err err = OK;
    if (t->uri.pin_value[0] != 0)
        snprintf(pin, PIN_MAX, "%s", t->uri.pin_value);
    else
        err = read_pin_file(t->uri.pin_source, pin, why);
    if (err == OK) {
        ck_rv_t rv = t->calls->C_Login(t->session, CKU_USER, (unsigned char *)pin, strlen(pin));
        if (rv != CKR_OK && rv != CKR_USER_ALREADY_LOGGED_IN)
            err = why_say(why, ERR_DENIED, "the token refuses the PIN (0x%lx)", rv);
    }
    vault_secret_free(&pin);
    return err;
}

static enum err open_session(struct token *t, bool for_writing, const struct why *why)
{
    unsigned long flags = CKF_SERIAL_SESSION | (for_writing ? CKF_RW_SESSION : 0UL);
    ck_rv_t rv = t->calls->C_OpenSession(t->slot, flags, NULL, NULL, &t->session);
    if (rv != CKR_OK)
        return why_say(why, ERR_IO, "the token opens no session (0x%lx)", rv);
    return sign_in(t, why);
}

static enum err find_object(struct token *t, const struct why *why)
{
    ck_object_class_t class = CKO_SECRET_KEY;
    struct ck_attribute wanted[3] = { { CKA_CLASS, &class, sizeof class } };
    unsigned long n = 1, found = 0;
    ck_object_handle_t objects[2];
    if (t->uri.object[0] != 0)
        wanted[n++] = (struct ck_attribute){ CKA_LABEL, t->uri.object, strlen(t->uri.object) };
    if (t->uri.id_size != 0)
        wanted[n++] = (struct ck_attribute){ CKA_ID, t->uri.id, t->uri.id_size };
    ck_rv_t rv = t->calls->C_FindObjectsInit(t->session, wanted, n);
    if (rv == CKR_OK)
        rv = t->calls->C_FindObjects(t->session, objects, 2, &found);
    t->calls->C_FindObjectsFinal(t->session);
    if (rv != CKR_OK)
        return why_say(why, ERR_IO, "the token's objects cannot be listed (0x%lx)", rv);
    if (found != 1)
        return why_say(why, found == 0 ? ERR_NOT_FOUND : ERR_ARGUMENT,
                       found == 0 ? "the token has no such secret key"
                                  : "the token has several such secret keys");
    t->object = objects[0];
    return OK;
}

static void token_close(struct token **token)
{
    struct token *t = *token;
    *token = NULL;
    if (t == NULL)
        return;
    if (t->session != 0)
        t->calls->C_CloseSession(t->session);
    if (t->is_ours)
        t->calls->C_Finalize(NULL);
    if (t->module != NULL)
        dlclose(t->module);
    pthread_mutex_destroy(&t->lock);
    sodium_memzero(t, sizeof *t); /* a PIN may be in the address */
    free(t);
}

static enum err token_open(const char *uri, bool for_writing, struct token **out,
                           const struct why *why)
{
    struct token *t = calloc(1, sizeof *t);
    if (t == NULL)
        return ERR_MEMORY;
    pthread_mutex_init(&t->lock, NULL);
    enum err err = token_uri_parse(uri, &t->uri);
    if (err != OK)
        err = why_say(why, ERR_ARGUMENT, "is not the address of an object (RFC 7512)");
    if (err == OK)
        err = load(t, why);
    if (err == OK)
        err = find_slot(t, why);
    if (err == OK)
        err = open_session(t, for_writing, why);
    if (err == OK)
        *out = t;
    else
        token_close(&t);
    return err;
}

/* ---- wrapping ---------------------------------------------------------------------------------
 */

typedef ck_rv_t (*start_call)(ck_session_handle_t session, struct ck_mechanism *mechanism,
                              ck_object_handle_t key);
typedef ck_rv_t (*run_call)(ck_session_handle_t session, unsigned char *from, unsigned long n,
                            unsigned char *to, unsigned long *size);

struct pass_through {
    start_call start;
    run_call run;
    uint8_t *nonce;
    const struct wrap_parts *parts;
    const uint8_t *from;
    size_t n;
    uint8_t *to;
    size_t room;
};

static ck_rv_t once(struct token *t, const struct pass_through *p)
{
    struct wrap_parts parts = *p->parts;
    struct ck_gcm_params gcm = { .iv_ptr = p->nonce,
                                 .iv_len = NONCE,
                                 .iv_bits = NONCE * 8,
                                 .aad_ptr = parts.associated,
                                 .aad_len = sizeof parts.associated,
                                 .tag_bits = WRAP_TAG * 8 };
    struct ck_mechanism mechanism = { CKM_AES_GCM, &gcm, sizeof gcm };
    unsigned char from[VAULT_KEY + WRAP_TAG], to[VAULT_KEY + 2 * WRAP_TAG];
    unsigned long size = sizeof to;
    memcpy(from, p->from, p->n);
    ck_rv_t rv = p->start(t->session, &mechanism, t->object);
    if (rv == CKR_OK)
        rv = p->run(t->session, from, p->n, to, &size);
    if (rv == CKR_OK && size != p->room)
        rv = CKR_GENERAL_ERROR;
    if (rv == CKR_OK)
        memcpy(p->to, to, p->room);
    sodium_memzero(from, sizeof from);
    sodium_memzero(to, sizeof to);
    return rv;
}

static bool is_lost(ck_rv_t rv)
{
    return rv == CKR_SESSION_HANDLE_INVALID || rv == CKR_SESSION_CLOSED ||
           rv == CKR_DEVICE_REMOVED || rv == CKR_TOKEN_NOT_PRESENT ||
           rv == CKR_USER_NOT_LOGGED_IN || rv == CKR_KEY_HANDLE_INVALID;
}

static enum err again(struct token *t)
{
    struct why silent = { 0 };
    if (t->session != 0)
        t->calls->C_CloseSession(t->session);
    t->session = 0;
    enum err err = find_slot(t, &silent);
    if (err == OK)
        err = open_session(t, false, &silent);
    return err == OK ? find_object(t, &silent) : err;
}

static enum err run(struct token *t, const struct pass_through *p)
{
    pthread_mutex_lock(&t->lock);
    ck_rv_t rv = once(t, p);
    if (is_lost(rv) && again(t) == OK)
        rv = once(t, p);
    pthread_mutex_unlock(&t->lock);
    switch (rv) {
    case CKR_OK: return OK;
    case CKR_MECHANISM_INVALID:
    case CKR_MECHANISM_PARAM_INVALID:
    case CKR_KEY_FUNCTION_NOT_PERMITTED:
    case CKR_KEY_TYPE_INCONSISTENT: return ERR_UNSUPPORTED;
    case CKR_ENCRYPTED_DATA_INVALID:
    case CKR_ENCRYPTED_DATA_LEN_RANGE:
    case CKR_DATA_INVALID:
    case CKR_GENERAL_ERROR: return ERR_DENIED; /* what SoftHSM says of a tag that is wrong */
    default: return ERR_IO;
    }
}

static enum err seal(struct master *m, const struct wrap_parts *parts, const uint8_t *key,
                     uint8_t nonce[WRAP_NONCE], uint8_t *out)
{
    randombytes_buf(nonce, NONCE);
    return run(m->token, &(struct pass_through){ .start = m->token->calls->C_EncryptInit,
                                                 .run = m->token->calls->C_Encrypt,
                                                 .nonce = nonce,
                                                 .parts = parts,
                                                 .from = key,
                                                 .n = VAULT_KEY,
                                                 .to = out,
                                                 .room = VAULT_KEY + WRAP_TAG });
}

static enum err unseal(struct master *m, const struct wrap_parts *parts,
                       const uint8_t nonce[WRAP_NONCE], const uint8_t *sealed, uint8_t *key)
{
    uint8_t copy[WRAP_NONCE];
    memcpy(copy, nonce, sizeof copy);
    return run(m->token, &(struct pass_through){ .start = m->token->calls->C_DecryptInit,
                                                 .run = m->token->calls->C_Decrypt,
                                                 .nonce = copy,
                                                 .parts = parts,
                                                 .from = sealed,
                                                 .n = VAULT_KEY + WRAP_TAG,
                                                 .to = key,
                                                 .room = VAULT_KEY });
}

static void close_master(struct master *m)
{
    token_close(&m->token);
}

static const struct master_ops token_ops = {
    .form = FORM_TOKEN, .seal = seal, .open = unseal, .close = close_master
};

/* The name is of what a copy of the object in another token keeps, too: its label and its id. */
static enum err name_object(const struct token *t, uint8_t name[WRAP_NAME], const struct why *why)
{
    static const char domain[] = "lanterne master key in a token";
    unsigned char label[URI_PART] = { 0 }, id[URI_PART] = { 0 };
    struct ck_attribute asked[] = { { CKA_LABEL, label, sizeof label }, { CKA_ID, id, sizeof id } };
    crypto_generichash_state state;
    uint8_t hash[crypto_generichash_BYTES_MIN];
    ck_rv_t rv = t->calls->C_GetAttributeValue(t->session, t->object, asked, 2);
    if (rv != CKR_OK || asked[0].value_len > sizeof label || asked[1].value_len > sizeof id)
        return why_say(why, ERR_IO, "the key's label cannot be read (0x%lx)", rv);
    uint8_t sizes[2] = { (uint8_t)asked[0].value_len, (uint8_t)asked[1].value_len };
    crypto_generichash_init(&state, (const uint8_t *)domain, sizeof domain, sizeof hash);
    crypto_generichash_update(&state, sizes, sizeof sizes);
    crypto_generichash_update(&state, label, asked[0].value_len);
    crypto_generichash_update(&state, id, asked[1].value_len);
    crypto_generichash_final(&state, hash, sizeof hash);
    memcpy(name, hash, WRAP_NAME);
    return OK;
}

enum err master_token_open(struct master *out, const char *uri, const struct why *why)
{
    struct token *t = NULL;
    *out = (struct master){ 0 };
    enum err err = token_open(uri, false, &t, why);
    if (err == OK)
        err = find_object(t, why);
    if (err == OK)
        err = name_object(t, out->name, why);
    if (err != OK) {
        token_close(&t);
        return err;
    }
    out->ops = &token_ops;
    out->token = t;
    return OK;
}

static enum err generate(struct token *t, const struct why *why)
{
    ck_object_class_t class = CKO_SECRET_KEY;
    ck_key_type_t type = CKK_AES;
    unsigned long size = MASTER_KEY;
    unsigned char yes = 1, no = 0;
    struct ck_attribute wanted[] = {
        { CKA_CLASS, &class, sizeof class },
        { CKA_KEY_TYPE, &type, sizeof type },
        { CKA_VALUE_LEN, &size, sizeof size },
        { CKA_TOKEN, &yes, 1 },
        { CKA_PRIVATE, &yes, 1 },
        { CKA_SENSITIVE, &yes, 1 },
        { CKA_EXTRACTABLE, &no, 1 },
        { CKA_ENCRYPT, &yes, 1 },
        { CKA_DECRYPT, &yes, 1 },
        { CKA_LABEL, t->uri.object, strlen(t->uri.object) },
        { CKA_ID, t->uri.id, t->uri.id_size },
    };
    enum { ALL = sizeof wanted / sizeof wanted[0] };
    struct ck_mechanism mechanism = { CKM_AES_KEY_GEN, NULL, 0 };
    ck_rv_t rv = t->calls->C_GenerateKey(t->session, &mechanism, wanted,
                                         t->uri.id_size == 0 ? ALL - 1 : ALL, &t->object);
    return rv == CKR_OK ? OK : why_say(why, ERR_UNSUPPORTED, "the token makes no key (0x%lx)", rv);
}

enum err master_token_make(const char *uri, const struct why *why)
{
    struct token *t = NULL;
    struct why silent = { 0 };
    enum err err = token_open(uri, true, &t, why);
    if (err == OK && t->uri.object[0] == 0)
        err = why_say(why, ERR_ARGUMENT, "names no object");
    if (err == OK && find_object(t, &silent) != ERR_NOT_FOUND)
        err = why_say(why, ERR_EXISTS, "the token has such a key already");
    if (err == OK)
        err = generate(t, why);
    token_close(&t);
    return err;
}
