/* Every attribute of TTML that is read or checked: X(namespace, name, flags, grammar of its value).
 * Grammars: alternatives between |, then parts with a space between; a word stands for itself,
 * <...> for a kind of value (see the table in ttml_grammar.c), "" for no check. From the value
 * syntaxes of TTML2 section 10.2 (tts), 7.2 (ttp), 12.1 (timing), 13 (animation), 5 (profile).
 * Sorted by name: a lookup halves its way through. */
#ifndef LANTERNE_FORMAT_CAPTION_TTML_ATTRS_H
#define LANTERNE_FORMAT_CAPTION_TTML_ATTRS_H

enum {
    ATTR_PLAIN = 0,
    ATTR_STYLE = 1,   /* a style property: may stand on style, initial, region and content */
    ATTR_FIXED = 2,   /* a style property that set and animate must not touch (10.4) */
    ATTR_STEPPED = 4, /* one that set may touch, as in TTML1, and animate must not */
};

#define TTML_ATTRS(X)                                                                              \
    X(TT, agent, ATTR_PLAIN, "")                                                                   \
    X(TTS, backgroundClip, ATTR_STYLE, "border|content|padding")                                   \
    X(TTS, backgroundColor, ATTR_STYLE, "<color>")                                                 \
    X(TTS, backgroundExtent, ATTR_STYLE, "auto|contain|cover|<measure+> <measure+>")               \
    X(SMPTE, backgroundImage, ATTR_PLAIN, "")                                                      \
    X(TTS, backgroundImage, ATTR_STYLE, "none|<reference>")                                        \
    X(TTS, backgroundOrigin, ATTR_STYLE, "border|content|padding")                                 \
    X(TTS, backgroundPosition, ATTR_STYLE, "<position>")                                           \
    X(TTS, backgroundRepeat, ATTR_STYLE, "repeat|repeatX|repeatY|noRepeat")                        \
    X(XML, base, ATTR_PLAIN, "<uri>")                                                              \
    X(TT, begin, ATTR_PLAIN, "<time>")                                                             \
    X(TTS, border, ATTR_STYLE, "<border>")                                                         \
    X(TTS, bpd, ATTR_STYLE, "<measure+>")                                                          \
    X(TT, calcMode, ATTR_PLAIN, "discrete|linear|paced|spline")                                    \
    X(TTP, cellResolution, ATTR_PLAIN, "<positive> <positive>")                                    \
    X(TTP, clockMode, ATTR_PLAIN, "local|gps|utc")                                                 \
    X(TTS, color, ATTR_STYLE, "<color>")                                                           \
    X(TT, combine, ATTR_PLAIN, "mostRestrictive|leastRestrictive|replace|ignore")                  \
    X(TT, condition, ATTR_PLAIN, "<condition>")                                                    \
    X(TTP, contentProfileCombination, ATTR_PLAIN,                                                  \
      "mostRestrictive|leastRestrictive|replace|ignore")                                           \
    X(TTP, contentProfiles, ATTR_PLAIN, "<profiles>")                                              \
    X(TT, designator, ATTR_PLAIN, "<designator>")                                                  \
    X(TTS, direction, ATTR_STYLE | ATTR_FIXED, "ltr|rtl")                                          \
    X(TTS, disparity, ATTR_STYLE, "<length>")                                                      \
    X(TTS, display, ATTR_STYLE, "auto|none|inlineBlock")                                           \
    X(TTS, displayAlign, ATTR_STYLE, "before|center|after|justify")                                \
    X(TTP, displayAspectRatio, ATTR_PLAIN, "<positive> <positive>")                                \
    X(TTP, dropMode, ATTR_PLAIN, "dropNTSC|dropPAL|nonDrop")                                       \
    X(TT, dur, ATTR_PLAIN, "<time>")                                                               \
    X(TT, end, ATTR_PLAIN, "<time>")                                                               \
    X(TTS, extent, ATTR_STYLE, "auto|contain|cover|<measure+> <measure+>")                         \
    X(TT, family, ATTR_PLAIN, "")                                                                  \
    X(TT, fill, ATTR_PLAIN, "freeze|remove")                                                       \
    X(TTS, fontFamily, ATTR_STYLE | ATTR_STEPPED, "<families>")                                    \
    X(TTS, fontKerning, ATTR_STYLE, "none|normal")                                                 \
    X(TTS, fontSelectionStrategy, ATTR_STYLE, "auto|character")                                    \
    X(TTS, fontShear, ATTR_STYLE, "<percent>")                                                     \
    X(TTS, fontSize, ATTR_STYLE, "<length+>|<length+> <length+>")                                  \
    X(TTS, fontStyle, ATTR_STYLE, "normal|italic|oblique")                                         \
    X(TTS, fontVariant, ATTR_STYLE, "<variant>")                                                   \
    X(TTS, fontWeight, ATTR_STYLE, "normal|bold")                                                  \
    X(ITTS, forcedDisplay, ATTR_PLAIN, "")                                                         \
    X(TTP, frameRate, ATTR_PLAIN, "<positive>")                                                    \
    X(TTP, frameRateMultiplier, ATTR_PLAIN, "<positive> <positive>|<ratio>")                       \
    X(TTA, gain, ATTR_STYLE, "<real>")                                                             \
    X(XLINK, href, ATTR_PLAIN, "")                                                                 \
    X(XML, id, ATTR_PLAIN, "")                                                                     \
    X(TTP, inferProcessorProfileMethod, ATTR_PLAIN, "loose|strict")                                \
    X(TTP, inferProcessorProfileSource, ATTR_PLAIN, "combined|first")                              \
    X(TTS, ipd, ATTR_STYLE, "<measure+>")                                                          \
    X(XML, lang, ATTR_PLAIN, "")                                                                   \
    X(TT, length, ATTR_PLAIN, "<natural>")                                                         \
    X(TTS, letterSpacing, ATTR_STYLE, "normal|<length>")                                           \
    X(TTS, lineHeight, ATTR_STYLE, "normal|<length+>")                                             \
    X(TTS, lineShear, ATTR_STYLE, "<percent>")                                                     \
    X(TTS, luminanceGain, ATTR_STYLE, "<real+>")                                                   \
    X(TT, name, ATTR_PLAIN, "")                                                                    \
    X(TTS, opacity, ATTR_STYLE, "<real>")                                                          \
    X(TTS, origin, ATTR_STYLE, "auto|<length> <length>")                                           \
    X(TTS, overflow, ATTR_STYLE, "visible|hidden|dynamic|scroll")                                  \
    X(TTS, padding, ATTR_STYLE,                                                                    \
      "<length+>|<length+> <length+>|<length+> <length+> <length+>|"                               \
      "<length+> <length+> <length+> <length+>")                                                   \
    X(TTA, pan, ATTR_STYLE, "<real>")                                                              \
    X(TTP, permitFeatureNarrowing, ATTR_PLAIN, "true|false")                                       \
    X(TTP, permitFeatureWidening, ATTR_PLAIN, "true|false")                                        \
    X(TTA, pitch, ATTR_STYLE, "<pitch>")                                                           \
    X(TTP, pixelAspectRatio, ATTR_PLAIN, "<positive> <positive>")                                  \
    X(TTS, position, ATTR_STYLE, "<position>")                                                     \
    X(TTP, processorProfileCombination, ATTR_PLAIN,                                                \
      "mostRestrictive|leastRestrictive|replace|ignore")                                           \
    X(TTP, processorProfiles, ATTR_PLAIN, "<profiles>")                                            \
    X(TTP, profile, ATTR_PLAIN, "")                                                                \
    X(TT, range, ATTR_PLAIN, "<range>")                                                            \
    X(TT, region, ATTR_PLAIN, "")                                                                  \
    X(TT, repeatCount, ATTR_PLAIN, "indefinite|<real+>")                                           \
    X(TTS, ruby, ATTR_STYLE | ATTR_FIXED,                                                          \
      "none|container|base|baseContainer|text|textContainer|delimiter")                            \
    X(TTS, rubyAlign, ATTR_STYLE, "start|center|end|spaceAround|spaceBetween|withBase")            \
    X(TTS, rubyPosition, ATTR_STYLE, "before|after|outside")                                       \
    X(TTS, rubyReserve, ATTR_STYLE,                                                                \
      "none|both|before|after|outside|both <length+>|before <length+>|after <length+>|"            \
      "outside <length+>")                                                                         \
    X(TTS, shear, ATTR_STYLE, "<exact percent>")                                                   \
    X(TTS, showBackground, ATTR_STYLE, "always|whenActive")                                        \
    X(TT, size, ATTR_PLAIN, "<natural>")                                                           \
    X(XML, space, ATTR_PLAIN, "default|preserve")                                                  \
    X(TTA, speak, ATTR_STYLE, "none|normal|fast|slow")                                             \
    X(TT, src, ATTR_PLAIN, "")                                                                     \
    X(TT, style, ATTR_PLAIN, "")                                                                   \
    X(TTP, subFrameRate, ATTR_PLAIN, "<positive>")                                                 \
    X(TTS, textAlign, ATTR_STYLE, "left|center|right|start|end|justify")                           \
    X(TTS, textCombine, ATTR_STYLE | ATTR_FIXED, "none|all|digits|digits <natural>")               \
    X(TTS, textDecoration, ATTR_STYLE, "<decoration>")                                             \
    X(TTS, textEmphasis, ATTR_STYLE, "<emphasis>")                                                 \
    X(TTS, textOrientation, ATTR_STYLE | ATTR_FIXED,                                               \
      "mixed|sideways|sidewaysLeft|sidewaysRight|upright")                                         \
    X(TTS, textOutline, ATTR_STYLE,                                                                \
      "none|<length+>|<length+> <length+>|<color> <length+>|<color> <length+> <length+>")          \
    X(TTS, textShadow, ATTR_STYLE, "none|<shadows>")                                               \
    X(TTP, tickRate, ATTR_PLAIN, "<positive>")                                                     \
    X(TTP, timeBase, ATTR_PLAIN, "media|smpte|clock")                                              \
    X(TT, timeContainer, ATTR_PLAIN, "par|seq")                                                    \
    X(TT, type, ATTR_PLAIN, "<word>")                                                              \
    X(TTS, unicodeBidi, ATTR_STYLE | ATTR_FIXED, "normal|embed|bidiOverride|isolate")              \
    X(TT, use, ATTR_PLAIN, "")                                                                     \
    X(TTP, validation, ATTR_PLAIN, "required|optional|prohibited")                                 \
    X(TTP, validationAction, ATTR_PLAIN, "abort|warn|ignore")                                      \
    X(TT, version, ATTR_PLAIN, "<version>")                                                        \
    X(TTS, visibility, ATTR_STYLE, "visible|hidden")                                               \
    X(TTS, wrapOption, ATTR_STYLE, "wrap|noWrap")                                                  \
    X(TTS, writingMode, ATTR_STYLE | ATTR_FIXED, "lrtb|rltb|tbrl|tblr|lr|rl|tb")                   \
    X(TTS, zIndex, ATTR_STYLE, "auto|<integer>")

#endif
