/* Errors are values with a meaning: one name for each thing a caller would do differently. */
#ifndef LANTERNE_BASE_ERR_H
#define LANTERNE_BASE_ERR_H

#define MUST_CHECK __attribute__((warn_unused_result))

/* X(name, text): the text is a sentence fragment that can follow "cannot do X: ". */
#define ERR_TABLE(X)                                                                               \
    X(ERR_ARGUMENT, "a value is missing or not allowed")                                           \
    X(ERR_MALFORMED, "the data does not follow its format")                                        \
    X(ERR_UNSUPPORTED, "the format is known but this use of it is not supported")                  \
    X(ERR_TRUNCATED, "the data ends too early")                                                    \
    X(ERR_FULL, "a ceiling was reached")                                                           \
    X(ERR_ORDER, "the order is not allowed")                                                       \
    X(ERR_NOT_FOUND, "there is no such thing")                                                     \
    X(ERR_EXISTS, "it exists already")                                                             \
    X(ERR_STATE, "its state does not allow this")                                                  \
    X(ERR_BUSY, "somebody else is using it")                                                       \
    X(ERR_DENIED, "it is not allowed")                                                             \
    X(ERR_EXPIRED, "its time has passed")                                                          \
    X(ERR_TIMEOUT, "it took too long")                                                             \
    X(ERR_IO, "reading or writing failed")                                                         \
    X(ERR_NO_SPACE, "there is no space left")                                                      \
    X(ERR_MEMORY, "there is not enough memory")                                                    \
    X(ERR_CRASHED, "the process doing it ended unexpectedly")                                      \
    X(ERR_CANCELLED, "it was cancelled")                                                           \
    X(ERR_INTERNAL, "something is wrong in the program itself")

enum err {
    OK = 0,
    ERR_BASE_ = -1000, /* never returned; makes every error negative */
#define X(name, text) name,
    ERR_TABLE(X)
#undef X
};

/* The text for err; never NULL, static storage. */
const char *err_text(enum err err);

/* The name of err as written in the source ("ERR_FULL"); never NULL, static storage. */
const char *err_name(enum err err);

/* The error that says most about an errno value; OK for 0. */
enum err err_from_errno(int number);

#endif
