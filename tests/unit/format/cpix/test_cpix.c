#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "format/cpix/cpix.h"

static const uint8_t kid[CPIX_ID] = { 0xc6, 0x31, 0x80, 0x19, 0xac, 0xeb, 0x41, 0xd9,
                                      0x83, 0xbf, 0xee, 0xc6, 0x66, 0x33, 0xd8, 0x7d };
static const uint8_t widevine[CPIX_ID] = { 0xed, 0xef, 0x8b, 0xa9, 0x79, 0xd6, 0x4a, 0xce,
                                           0xa3, 0xc8, 0x27, 0xdc, 0xd5, 0x1d, 0x21, 0xed };
#define PSSH "AAAAIHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAAAA="

static void base64_is_read_as_it_is_written_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int size; /* -1: it is none */
        const char *bytes;
    } rows[] = {
        { "", 0, "" },         { "Zg==", 1, "f" },       { "Zm8=", 2, "fo" },
        { "Zm9v", 3, "foo" },  { " Zm\n9v ", 3, "foo" }, { "Zm9vYg==", 4, "foob" },
        { "Zg=", -1, "" },     { "Zg", -1, "" },         { "Zh==", -1, "" },
        { "Zm9=", -1, "" },    { "Zg==Zg==", -1, "" },   { "Z===", -1, "" },
        { "====", -1, "" },    { "Zm-v", -1, "" },       { "Zg==x", -1, "" },
        { "Zg= =\n", 1, "f" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t out[8];
        size_t n = 0;
        enum err err = cpix_base64_decode(rows[i].text, strlen(rows[i].text), out, sizeof out, &n);
        assert_int_equal(err, rows[i].size < 0 ? ERR_MALFORMED : OK);
        if (err == OK) {
            assert_int_equal(n, rows[i].size);
            assert_memory_equal(out, rows[i].bytes, n);
        }
    }
    uint8_t small[2];
    size_t n = 0;
    assert_int_equal(cpix_base64_decode("Zm9v", 4, small, sizeof small, &n), ERR_FULL);
}

static void a_uuid_has_one_form(void **state)
{
    (void)state;
    uint8_t id[CPIX_ID];
    char text[CPIX_UUID_TEXT];
    assert_int_equal(cpix_uuid_parse("C6318019-aceb-41d9-83bf-eec66633d87d", 36, id), OK);
    assert_memory_equal(id, kid, sizeof id);
    cpix_uuid_format(id, text);
    assert_string_equal(text, "c6318019-aceb-41d9-83bf-eec66633d87d");
    static const char *const wrong[] = { "c6318019aceb41d983bfeec66633d87d",
                                         "c6318019-aceb-41d9-83bf-eec66633d87",
                                         "c6318019-aceb-41d9-83bfeec66633d87d-",
                                         "g6318019-aceb-41d9-83bf-eec66633d87d" };
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(cpix_uuid_parse(wrong[i], strlen(wrong[i]), id), ERR_MALFORMED);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    struct cpix_key key = { .has_iv = true,
                            .scheme = "cbcs",
                            .has_plain = true,
                            .track_type = "HD",
                            .least_pixels = 1,
                            .most_pixels = 2073600 };
    struct cpix_system system = { .pssh = PSSH, .dash = "PHgvPg==", .hls_master = "YQ==" };
    struct cpix out = { .content_id = "a <film> & more",
                        .n_keys = 1,
                        .keys = &key,
                        .n_systems = 1,
                        .systems = &system };
    struct cpix in;
    struct buf text;
    char why[CPIX_WHY];
    memcpy(key.kid, kid, sizeof kid);
    memset(key.plain, 7, sizeof key.plain);
    memset(key.iv, 9, sizeof key.iv);
    memcpy(system.kid, kid, sizeof kid);
    memcpy(system.system, widevine, sizeof widevine);
    buf_init(&text, CPIX_FILE_MAX);
    cpix_write(&out, &text);
    assert_int_equal(text.err, OK);
    assert_int_equal(cpix_read(arena, text.data, text.size, &in, why), OK);
    assert_non_null(strstr(buf_string(&text), "contentId=\"a &lt;film&gt; &amp; more\""));
    assert_int_equal(in.n_keys, 1);
    assert_true(in.keys[0].has_plain && in.keys[0].has_iv);
    assert_memory_equal(in.keys[0].plain, key.plain, sizeof key.plain);
    assert_memory_equal(in.keys[0].iv, key.iv, sizeof key.iv);
    assert_string_equal(in.keys[0].scheme, "cbcs");
    assert_int_equal(in.n_systems, 1);
    assert_memory_equal(in.systems[0].system, widevine, sizeof widevine);
    assert_string_equal(in.systems[0].pssh, PSSH);
    assert_string_equal(in.systems[0].dash, "PHgvPg==");
    assert_string_equal(in.systems[0].hls_master, "YQ==");
    assert_null(in.systems[0].hls_media);
    buf_finish(&text);
    arena_destroy(&arena);
}

#define ROOT "<CPIX xmlns='urn:dashif:org:cpix'>"
#define KEY "<ContentKey kid='c6318019-aceb-41d9-83bf-eec66633d87d'"
#define SYSTEM                                                                                     \
    "<DRMSystemList><DRMSystem kid='c6318019-aceb-41d9-83bf-eec66633d87d'"                         \
    " systemId='edef8ba9-79d6-4ace-a3c8-27dcd51d21ed'>"

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } rows[] = {
        { "", "" },
        { "<CPIX/>", "this is no CPIX document" },
        { "<x xmlns='urn:dashif:org:cpix'/>", "this is no CPIX document" },
        { ROOT, "" },
        { "<CPIX xmlns='urn:dashif:org:cpix' version='3.0'/>", "only CPIX 2" },
        { ROOT "<ContentKeyList><ContentKey/></ContentKeyList></CPIX>", "ContentKey has no kid" },
        { ROOT "<ContentKeyList>" KEY "/>" KEY "/></ContentKeyList></CPIX>", "there twice" },
        { ROOT "<ContentKeyList>" KEY " explicitIV='AAAA'/></ContentKeyList></CPIX>",
          "explicitIV is not" },
        { ROOT "<ContentKeyList>" KEY "><Data><Secret><PlainValue>AAAA</PlainValue></Secret></Data>"
               "</ContentKey></ContentKeyList></CPIX>",
          "PlainValue is not" },
        { ROOT SYSTEM "<PSSH>AAAA</PSSH></DRMSystem></DRMSystemList></CPIX>",
          "PSSH is not a pssh box" },
        { ROOT SYSTEM "<PSSH>" PSSH "</PSSH><PSSH>" PSSH
                      "</PSSH></DRMSystem></DRMSystemList></CPIX>",
          "PSSH is there twice" },
        { ROOT SYSTEM "<HLSSignalingData playlist='x'>YQ==</HLSSignalingData></DRMSystem>"
                      "</DRMSystemList></CPIX>",
          "playlist is neither" },
        { "<!DOCTYPE CPIX [<!ENTITY a 'b'>]>" ROOT "</CPIX>", "DOCTYPE" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_create();
        struct cpix in;
        char why[CPIX_WHY];
        assert_int_not_equal(
            cpix_read(arena, (const uint8_t *)rows[i].text, strlen(rows[i].text), &in, why), OK);
        assert_non_null(strstr(why, rows[i].why));
        assert_int_not_equal(why[0], 0);
        arena_destroy(&arena);
    }
}

static void what_stands_elsewhere_is_stepped_over(void **state)
{
    (void)state;
    static const char text[] =
        ROOT "<ContentKeyList>" KEY "/></ContentKeyList><UpdateHistoryItemList>"
             "<DRMSystem><PSSH>not this one</PSSH></DRMSystem></UpdateHistoryItemList>"
             "<Signature><PlainValue>x</PlainValue></Signature></CPIX>";
    struct arena *arena = arena_create();
    struct cpix in;
    char why[CPIX_WHY];
    assert_int_equal(cpix_read(arena, (const uint8_t *)text, sizeof text - 1, &in, why), OK);
    assert_int_equal(in.n_keys, 1);
    assert_false(in.keys[0].has_plain);
    assert_int_equal(in.n_systems, 0);
    arena_destroy(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_is_read_as_it_is_written_and_nothing_else),
        cmocka_unit_test(a_uuid_has_one_form),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(what_stands_elsewhere_is_stepped_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
