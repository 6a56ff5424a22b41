#include "box/window/window.h"

#include <SDL2/SDL.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

struct window {
    SDL_Window *window;
    SDL_Renderer *renderer;
    SDL_Texture *interface, *picture;
    int width, height, picture_width, picture_height;
    double picture_shape;  /* width by height as it is to be seen */
    bool is_premultiplied; /* the renderer blends what is; else it is undone on the way */
};

static uint32_t wake_event;

static const struct {
    SDL_Keycode code;
    enum key key;
} keys[] = {
    { SDLK_UP, KEY_UP },
    { SDLK_DOWN, KEY_DOWN },
    { SDLK_LEFT, KEY_LEFT },
    { SDLK_RIGHT, KEY_RIGHT },
    { SDLK_RETURN, KEY_OK },
    { SDLK_KP_ENTER, KEY_OK },
    { SDLK_SELECT, KEY_OK },
    { SDLK_ESCAPE, KEY_BACK },
    { SDLK_AC_BACK, KEY_BACK },
    { SDLK_CANCEL, KEY_BACK },
    { SDLK_BACKSPACE, KEY_ERASE },
    { SDLK_DELETE, KEY_ERASE },
    { SDLK_AUDIOPLAY, KEY_PLAY },
    { SDLK_PAUSE, KEY_PLAY },
    { SDLK_AUDIOSTOP, KEY_STOP },
    { SDLK_STOP, KEY_STOP },
    { SDLK_AUDIOREWIND, KEY_REWIND },
    { SDLK_AUDIOFASTFORWARD, KEY_FORWARD },
    { SDLK_AUDIOPREV, KEY_CHANNEL_DOWN },
    { SDLK_AUDIONEXT, KEY_CHANNEL_UP },
    { SDLK_PAGEUP, KEY_CHANNEL_UP },
    { SDLK_PAGEDOWN, KEY_CHANNEL_DOWN },
    { SDLK_AC_HOME, KEY_HOME },
    { SDLK_HOME, KEY_HOME },
    { SDLK_MENU, KEY_MENU },
    { SDLK_APPLICATION, KEY_MENU },
};

static char trouble[160]; /* SDL forgets it when it is ended */

const char *window_trouble(void)
{
    return trouble;
}

static enum err make_textures(struct window *w)
{
    w->interface = SDL_CreateTexture(w->renderer, SDL_PIXELFORMAT_ARGB8888,
                                     SDL_TEXTUREACCESS_STREAMING, w->width, w->height);
    if (w->interface == NULL)
        return ERR_MEMORY;
    SDL_BlendMode over = SDL_ComposeCustomBlendMode(
        SDL_BLENDFACTOR_ONE, SDL_BLENDFACTOR_ONE_MINUS_SRC_ALPHA, SDL_BLENDOPERATION_ADD,
        SDL_BLENDFACTOR_ONE, SDL_BLENDFACTOR_ONE_MINUS_SRC_ALPHA, SDL_BLENDOPERATION_ADD);
    w->is_premultiplied = SDL_SetTextureBlendMode(w->interface, over) == 0;
    return OK;
}

/* A GPU in software is slower than no GPU: it counts only where the kernel has one. */
static bool has_gpu(void)
{
    const char *driver = SDL_GetCurrentVideoDriver();
    if (driver != NULL && (strcmp(driver, "offscreen") == 0 || strcmp(driver, "dummy") == 0))
        return false;
    return access("/dev/dri/renderD128", F_OK) == 0 || access("/dev/dri/card0", F_OK) == 0 ||
           getenv("SDL_RENDER_DRIVER") != NULL;
}

static enum err open_renderer(struct window *w)
{
    if (has_gpu())
        w->renderer =
            SDL_CreateRenderer(w->window, -1, SDL_RENDERER_ACCELERATED | SDL_RENDERER_PRESENTVSYNC);
    if (w->renderer == NULL)
        w->renderer = SDL_CreateRenderer(w->window, -1, SDL_RENDERER_SOFTWARE);
    if (w->renderer == NULL) { /* Wayland takes no pictures but from OpenGL, be that in software */
        SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, NULL);
        w->renderer = SDL_CreateRenderer(w->window, -1, SDL_RENDERER_ACCELERATED);
    }
    if (w->renderer == NULL)
        return ERR_STATE;
    SDL_RenderSetLogicalSize(w->renderer, w->width, w->height);
    return make_textures(w);
}

enum err window_create(const struct window_params *params, struct window **out)
{
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "0");
    SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "linear");
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    if (SDL_Init(SDL_INIT_VIDEO) != 0) {
        (void)text_copy(trouble, sizeof trouble, SDL_GetError());
        return ERR_STATE;
    }
    struct window *w = calloc(1, sizeof *w);
    if (w == NULL)
        return ERR_MEMORY;
    w->width = params->width;
    w->height = params->height;
    wake_event = SDL_RegisterEvents(1);
    w->window = SDL_CreateWindow(params->title, SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
                                 params->width, params->height,
                                 params->is_fullscreen ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
    enum err err = w->window != NULL ? open_renderer(w) : ERR_STATE;
    if (err != OK) {
        (void)text_copy(trouble, sizeof trouble, SDL_GetError());
        window_destroy(&w);
        return err;
    }
    SDL_ShowCursor(SDL_DISABLE);
    *out = w;
    return OK;
}

void window_destroy(struct window **window)
{
    struct window *w = *window;
    *window = NULL;
    if (w == NULL)
        return;
    window_no_picture(w);
    if (w->interface != NULL)
        SDL_DestroyTexture(w->interface);
    if (w->renderer != NULL)
        SDL_DestroyRenderer(w->renderer);
    if (w->window != NULL)
        SDL_DestroyWindow(w->window);
    free(w);
    SDL_Quit();
}

const char *window_driver(const struct window *w)
{
    SDL_RendererInfo info;
    static char said[96];
    const char *driver = SDL_GetCurrentVideoDriver();
    bool is_known = SDL_GetRendererInfo(w->renderer, &info) == 0;
    snprintf(said, sizeof said, "%s, %s", driver != NULL ? driver : "?",
             is_known ? info.name : "?");
    return said;
}

static struct press press_of(SDL_Keycode code)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (keys[i].code == code)
            return (struct press){ keys[i].key, 0 };
    }
    if ((code >= 'a' && code <= 'z') || (code >= '0' && code <= '9') || code == ' ')
        return (struct press){ KEY_CHARACTER, (char)code };
    if (code >= SDLK_KP_1 && code <= SDLK_KP_9)
        return (struct press){ KEY_CHARACTER, (char)('1' + (code - SDLK_KP_1)) };
    if (code == SDLK_KP_0)
        return (struct press){ KEY_CHARACTER, '0' };
    return (struct press){ KEY_NONE, 0 };
}

static enum window_event event_of(const SDL_Event *e, struct press *out)
{
    if (e->type == SDL_QUIT)
        return WINDOW_QUIT;
    if (e->type == SDL_KEYDOWN) {
        *out = press_of(e->key.keysym.sym);
        return out->key != KEY_NONE ? WINDOW_PRESS : WINDOW_NOTHING;
    }
    if (e->type == SDL_RENDER_TARGETS_RESET || e->type == SDL_RENDER_DEVICE_RESET ||
        (e->type == SDL_WINDOWEVENT && (e->window.event == SDL_WINDOWEVENT_EXPOSED ||
                                        e->window.event == SDL_WINDOWEVENT_SIZE_CHANGED)))
        return WINDOW_EXPOSED;
    return e->type == wake_event ? WINDOW_WOKEN : WINDOW_NOTHING;
}

enum window_event window_wait(struct window *w, int wait_ms, struct press *out)
{
    SDL_Event e;
    (void)w;
    int got = wait_ms > 0 ? SDL_WaitEventTimeout(&e, wait_ms) : SDL_PollEvent(&e);
    return got ? event_of(&e, out) : WINDOW_NOTHING;
}

void window_wake(void)
{
    SDL_Event e = { .type = wake_event };
    SDL_PushEvent(&e);
}

/* Straight alpha of premultiplied pixels, for renderers that know no other. */
static void straighten(uint32_t *pixels, int n)
{
    for (int i = 0; i < n; i++) {
        uint32_t p = pixels[i], a = p >> 24;
        if (a == 0 || a == 255)
            continue;
        uint32_t r = (p >> 16 & 0xff) * 255 / a, g = (p >> 8 & 0xff) * 255 / a,
                 b = (p & 0xff) * 255 / a;
        pixels[i] = a << 24 | (r & 0xff) << 16 | (g & 0xff) << 8 | (b & 0xff);
    }
}

void window_take(struct window *w, const struct canvas *c)
{
    const uint8_t *bytes = cairo_image_surface_get_data(c->surface);
    int stride = cairo_image_surface_get_stride(c->surface);
    for (unsigned i = 0; i < c->n_damage; i++) {
        struct rect r = c->damage[i];
        SDL_Rect at = { r.x, r.y, r.w, r.h };
        void *to;
        int pitch;
        if (SDL_LockTexture(w->interface, &at, &to, &pitch) != 0)
            continue;
        for (int y = 0; y < r.h; y++) {
            uint8_t *row = (uint8_t *)to + (ptrdiff_t)y * pitch;
            memcpy(row, bytes + (ptrdiff_t)(r.y + y) * stride + (ptrdiff_t)r.x * 4,
                   (size_t)r.w * 4);
            if (!w->is_premultiplied && c->is_clear)
                straighten((uint32_t *)(void *)row, r.w);
        }
        SDL_UnlockTexture(w->interface);
    }
}

enum err window_picture(struct window *w, const struct window_picture *p)
{
    if (w->picture == NULL || w->picture_width != p->width || w->picture_height != p->height) {
        window_no_picture(w);
        w->picture = SDL_CreateTexture(w->renderer, SDL_PIXELFORMAT_IYUV,
                                       SDL_TEXTUREACCESS_STREAMING, p->width, p->height);
        w->picture_width = p->width;
        w->picture_height = p->height;
    }
    if (w->picture == NULL)
        return ERR_MEMORY;
    w->picture_shape = (double)p->width / p->height;
    if (p->par_n > 0 && p->par_d > 0)
        w->picture_shape = w->picture_shape * p->par_n / p->par_d;
    SDL_UpdateYUVTexture(w->picture, NULL, p->plane[0], p->pitch[0], p->plane[1], p->pitch[1],
                         p->plane[2], p->pitch[2]);
    return OK;
}

void window_no_picture(struct window *w)
{
    if (w->picture != NULL)
        SDL_DestroyTexture(w->picture);
    w->picture = NULL;
}

static void compose(struct window *w, const struct rect *over, unsigned n)
{
    SDL_SetRenderDrawColor(w->renderer, 0, 0, 0, 255);
    if (w->picture == NULL) {
        SDL_SetTextureBlendMode(w->interface, SDL_BLENDMODE_NONE);
        SDL_RenderCopy(w->renderer, w->interface, NULL, NULL);
        return;
    }
    SDL_BlendMode blend = SDL_BLENDMODE_BLEND;
    if (w->is_premultiplied)
        blend = SDL_ComposeCustomBlendMode(
            SDL_BLENDFACTOR_ONE, SDL_BLENDFACTOR_ONE_MINUS_SRC_ALPHA, SDL_BLENDOPERATION_ADD,
            SDL_BLENDFACTOR_ONE, SDL_BLENDFACTOR_ONE_MINUS_SRC_ALPHA, SDL_BLENDOPERATION_ADD);
    SDL_SetTextureBlendMode(w->interface, blend);
    double screen = (double)w->width / w->height;
    SDL_Rect at = { 0, 0, w->width, w->height };
    if (w->picture_shape < screen)
        at.w = (int)(w->height * w->picture_shape + 0.5);
    else
        at.h = (int)(w->width / w->picture_shape + 0.5);
    at.x = (w->width - at.w) / 2;
    at.y = (w->height - at.h) / 2;
    SDL_RenderClear(w->renderer);
    SDL_RenderCopy(w->renderer, w->picture, NULL, &at);
    for (unsigned i = 0; i < n; i++) {
        SDL_Rect part = { over[i].x, over[i].y, over[i].w, over[i].h };
        SDL_RenderCopy(w->renderer, w->interface, &part, &part);
    }
}

void window_show(struct window *w, const struct rect *over, unsigned n)
{
    compose(w, over, n);
    SDL_RenderPresent(w->renderer);
}

enum err window_save(struct window *w, const struct rect *over, unsigned n, const char *file)
{
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w->width, w->height);
    if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS) {
        cairo_surface_destroy(s);
        return ERR_MEMORY;
    }
    compose(w, over, n);
    SDL_Rect all = { 0, 0, w->width, w->height };
    int failed =
        SDL_RenderReadPixels(w->renderer, &all, SDL_PIXELFORMAT_ARGB8888,
                             cairo_image_surface_get_data(s), cairo_image_surface_get_stride(s));
    cairo_surface_mark_dirty(s);
    enum err err = failed != 0 ? ERR_STATE : OK;
    if (err == OK && cairo_surface_write_to_png(s, file) != CAIRO_STATUS_SUCCESS)
        err = ERR_IO;
    cairo_surface_destroy(s);
    return err;
}
