/* The columns of Excel 1.6 to 1.9, by what they are called in any of them. */
#ifndef LANTERNE_FORMAT_AVAILS_COLUMNS_H
#define LANTERNE_FORMAT_AVAILS_COLUMNS_H

/* X(column, name, other names) */
#define AVAILS_COLUMNS(X)                                                                          \
    X(ALID, "ALID", "")                                                                            \
    X(AVAIL_ID, "AvailID", "Avail/AvailID")                                                        \
    X(BUNDLED, "BundledALIDs", "BundleALIDs,BundledALID,BundleALID")                               \
    X(LICENSEE, "Licensee", "")                                                                    \
    X(ENTRY, "EntryType", "")                                                                      \
    X(LICENSOR, "DisplayName", "Licensor")                                                         \
    X(EXCEPTION, "ExceptionFlag", "")                                                              \
    X(REPORTING, "ReportingID", "")                                                                \
    X(PROVIDER, "ServiceProvider", "")                                                             \
    X(WORK_TYPE, "WorkType", "")                                                                   \
    X(CONTENT_ID, "ContentID", "")                                                                 \
    X(ALT_ID, "AltID", "")                                                                         \
    X(TITLE_ID, "TitleID", "TitleEIDR")                                                            \
    X(EDIT_ID, "EditID", "ProductID,EditEIDR")                                                     \
    X(TITLE, "TitleDisplayUnlimited", "")                                                          \
    X(INTERNAL_TITLE, "TitleInternalAlias", "")                                                    \
    X(CAPTION_INCLUDED, "CaptionIncluded", "")                                                     \
    X(CAPTION_EXEMPTION, "CaptionExemption", "")                                                   \
    X(CREDIT, "CompanyDisplayCredit", "")                                                          \
    X(DIRECTOR, "Director", "")                                                                    \
    X(GROUP, "GroupIdentity", "")                                                                  \
    X(LOCALIZATION, "LocalizationType", "LocalizationOffering")                                    \
    X(RATING_SYSTEM, "RatingSystem", "")                                                           \
    X(RATING_VALUE, "RatingValue", "")                                                             \
    X(RATING_REASON, "RatingReason", "")                                                           \
    X(RELEASE_ORIGINAL, "ReleaseHistoryOriginal", "")                                              \
    X(RELEASE_DISC, "ReleaseHistoryPhysicalHV", "")                                                \
    X(YEAR, "ReleaseYear", "")                                                                     \
    X(RUN_TIME, "TotalRunTime", "")                                                                \
    X(EPISODE_CONTENT_ID, "EpisodeContentID", "")                                                  \
    X(EPISODE_ALT_ID, "EpisodeAltID", "")                                                          \
    X(EPISODE_TITLE_ID, "EpisodeTitleID", "")                                                      \
    X(EPISODE_ID, "EpisodeID", "EpisodeProductID,EpisodeEditID")                                   \
    X(EPISODE_TITLE, "EpisodeTitleDisplayUnlimited", "")                                           \
    X(EPISODE_INTERNAL, "EpisodeTitleInternalAlias", "")                                           \
    X(EPISODE_NUMBER, "EpisodeNumber", "")                                                         \
    X(EPISODE_COUNT, "EpisodeCount", "")                                                           \
    X(SEASON_CONTENT_ID, "SeasonContentID", "")                                                    \
    X(SEASON_ALT_ID, "SeasonAltID", "")                                                            \
    X(SEASON_ID, "SeasonID", "SeasonTitleID")                                                      \
    X(SEASON_TITLE, "SeasonTitleDisplayUnlimited", "")                                             \
    X(SEASON_INTERNAL, "SeasonTitleInternalAlias", "")                                             \
    X(SEASON_NUMBER, "SeasonNumber", "")                                                           \
    X(SEASON_COUNT, "SeasonCount", "")                                                             \
    X(SERIES_CONTENT_ID, "SeriesContentID", "")                                                    \
    X(SERIES_ALT_ID, "SeriesAltID", "")                                                            \
    X(SERIES_ID, "SeriesID", "SeriesTitleID")                                                      \
    X(SERIES_TITLE, "SeriesTitleDisplayUnlimited", "")                                             \
    X(SERIES_INTERNAL, "SeriesTitleInternalAlias", "")                                             \
    X(VOLUME_CONTENT_ID, "VolumeContentID", "")                                                    \
    X(VOLUME_ALT_ID, "VolumeAltID", "")                                                            \
    X(VOLUME_ID, "VolumeID", "VolumeTitleID")                                                      \
    X(VOLUME_TITLE, "VolumeTitleDisplayUnlimited", "")                                             \
    X(VOLUME_INTERNAL, "VolumeTitleInternalAlias", "")                                             \
    X(VOLUME_NUMBER, "VolumeNumber", "")                                                           \
    X(VOLUME_FIRST, "VolumeFirstEpisodeNumber", "")                                                \
    X(VOLUME_COUNT, "VolumeNumberOfEpisodes", "VolumeEpisodeCount")                                \
    X(TERRITORY, "Territory", "")                                                                  \
    X(EXCLUDED, "TerritoryExclusion", "TerritoryExcluded")                                         \
    X(LICENCE, "LicenseType", "")                                                                  \
    X(RIGHTS, "LicenseRightsDescription", "")                                                      \
    X(DESCRIPTION, "Description", "")                                                              \
    X(FORMAT, "FormatProfile", "")                                                                 \
    X(HDR, "HDR", "")                                                                              \
    X(WCG, "WCG", "")                                                                              \
    X(HFR, "HFR", "")                                                                              \
    X(NG_AUDIO, "NGAudio", "")                                                                     \
    X(START, "Start", "")                                                                          \
    X(START_LAG, "StartLag", "")                                                                   \
    X(END, "End", "")                                                                              \
    X(END_LAG, "EndLag", "")                                                                       \
    X(WINDOW, "WindowDuration", "")                                                                \
    X(ALLOWED, "AllowedLanguages", "AllowedLanguage")                                              \
    X(HOLDBACK_EXCLUSION, "HoldbackExclusionLanguage", "")                                         \
    X(HOLDBACK, "HoldbackLanguage", "HoldbackLanguages")                                           \
    X(ASSET_LANGUAGE, "AssetLanguage", "StoreLanguage")                                            \
    X(REQUIRED_LANGUAGES, "RequiredFulfillmentLanguages", "RequiredFulfillmentLanguage")           \
    X(PRICE_TYPE, "PriceType", "")                                                                 \
    X(PRICE_VALUE, "PriceValue", "")                                                               \
    X(PRICE_CURRENCY, "PriceCurrency", "")                                                         \
    X(SRP, "SRP", "")                                                                              \
    X(RENTAL, "RentalDuration", "")                                                                \
    X(WATCH, "WatchDuration", "")                                                                  \
    X(FIXED_END, "FixedEndDate", "")                                                               \
    X(PREORDER, "SpecialPreOrderFulfillDate", "PreorderFulfillDate")                               \
    X(SUPPRESSION, "SuppressionLiftDate", "")                                                      \
    X(ANNOUNCE, "AnnounceDate", "")                                                                \
    X(EXCLUSIVE, "Exclusive", "")                                                                  \
    X(EXCLUSIVE_ATTRIBUTES, "ExclusiveAttributes", "")                                             \
    X(BRANDING, "BrandingRights", "")                                                              \
    X(BRANDING_ATTRIBUTES, "BrandingRightsAttributes", "")                                         \
    X(DOWNLOAD, "Download", "")                                                                    \
    X(TITLE_STATUS, "TitleStatus", "")                                                             \
    X(CONTRACT, "ContractID", "")                                                                  \
    X(INSTRUCTIONS, "OtherInstructions", "")                                                       \
    X(OTHER_TERMS, "OtherTerms", "")                                                               \
    X(TPR_TYPE, "TPRType", "")                                                                     \
    X(CAMPAIGN, "CampaignID", "")                                                                  \
    X(REFERENCE, "RefALID", "RefALIDs")                                                            \
    X(LEFT_ALONE, "Any",                                                                           \
      "AssociatedALID,StoreType,RetailerSpare1,RetailerSpare2,RetailerSpare3,DMA_ID,UV_ID,"        \
      "Metadata,EncodeID,PackageLabel,DistributionNumber,VolumeDistributionNumber,"                \
      "VolumeDistributinoNumber,EpisodeDistributionNumber,SeasonDistributionNumber,RetailerID1,"   \
      "RetailerID2,RetailerID3,RetailerEpisodeID1,RetailerEpisodeID2,RetailerSeasonID,"            \
      "RetailerSeriesID,RetailerVolumeID,Bonus,BonusALID,ExperienceCondition,IssueDate,"           \
      "SeasonStatus,SeriesStatus,VolumeStatus,ShortDescription,Source,GroupingEntity,"             \
      "ContractStatus,Status")

enum column {
    C_NONE,
#define X(column, name, others) C_##column,
    AVAILS_COLUMNS(X)
#undef X
        C_END_OF_COLUMNS
};

/* C_NONE: no such column. */
enum column column_named(const char *name);

#endif
