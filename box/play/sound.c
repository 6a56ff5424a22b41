#include "box/play/sound.h"

#include <math.h>

void sound_take(struct sound *sound, const GstStructure *message)
{
    const GValue *value = gst_structure_get_value(message, "rms");
    if (!gst_structure_has_name(message, "level") || value == NULL)
        return;
    /* GValueArray is how the element says it, whatever GLib thinks of it since. */
    G_GNUC_BEGIN_IGNORE_DEPRECATIONS
    const GValueArray *channels = g_value_get_boxed(value);
    double sum = 0;
    for (guint i = 0; i < channels->n_values; i++) {
        double decibels = g_value_get_double(&channels->values[i]);
        sum += isfinite(decibels) ? pow(10, decibels / 10) : 0; /* silence is minus infinity */
    }
    sound->parts[sound->next] = channels->n_values == 0 ? 0 : sum / channels->n_values;
    G_GNUC_END_IGNORE_DEPRECATIONS
    sound->next = (sound->next + 1) % SOUND_PARTS;
}

void sound_clear(struct sound *sound)
{
    *sound = (struct sound){ .next = 0 };
}

double sound_energy(const struct sound *sound)
{
    double sum = 0;
    for (unsigned i = 0; i < SOUND_PARTS; i++)
        sum += sound->parts[i];
    double energy = sqrt(sum / SOUND_PARTS);
    return energy > 1 ? 1 : energy;
}
