#include "format/avails/grammar.h"

#include <stddef.h>

enum { REQUIRED = RULE_REQUIRED, MANY = RULE_MANY };

static const struct element_rule avail_list_children[] = {
    { "Avail", NS_AVAILS, E_AVAIL, 1, REQUIRED | MANY },
    { .name = NULL },
};

static const struct element_rule avail_children[] = {
    { "Compatibility", NS_AVAILS, E_SKIPPED, 1, 0 },
    { "ALID", NS_AVAILS, E_ALID, 2, REQUIRED },
    { "AssociatedALID", NS_AVAILS, E_SKIPPED, 3, MANY },
    { "Disposition", NS_AVAILS, E_DISPOSITION, 4, REQUIRED },
    { "Licensor", NS_AVAILS, E_LICENSOR, 5, REQUIRED },
    { "ServiceProvider", NS_AVAILS, E_PROVIDER, 6, 0 },
    { "AvailType", NS_AVAILS, E_AVAIL_TYPE, 7, REQUIRED },
    { "ShortDescription", NS_AVAILS, E_SKIPPED, 8, 0 },
    { "Asset", NS_AVAILS, E_ASSET, 9, REQUIRED | MANY },
    { "Transaction", NS_AVAILS, E_TRANSACTION, 10, MANY },
    { "CoreMetadata", NS_AVAILS, E_SKIPPED, 11, MANY },
    { "SharedEntitlement", NS_AVAILS, E_SKIPPED, 12, MANY },
    { "ExceptionFlag", NS_AVAILS, E_EXCEPTION, 13, 0 },
    { .name = NULL },
};

static const struct element_rule disposition_children[] = {
    { "EntryType", NS_AVAILS, E_ENTRY_TYPE, 1, REQUIRED },
    { "IssueDate", NS_AVAILS, E_SKIPPED, 2, 0 },
    { .name = NULL },
};

static const struct element_rule organization_children[] = {
    { "DisplayName", NS_MD, E_ORG_NAME, 1, 0 },
    { "SortName", NS_MD, E_SKIPPED, 2, 0 },
    { "AlternateName", NS_MD, E_SKIPPED, 3, MANY },
    { "ContactInfo", NS_MD, E_SKIPPED, 4, 0 },
    { .name = NULL },
};

static const struct element_rule asset_children[] = {
    { "WorkType", NS_AVAILS, E_WORK_TYPE, 1, REQUIRED },
    { "WorkTypeDetail", NS_AVAILS, E_SKIPPED, 2, MANY },
    { "Metadata", NS_AVAILS, E_UNIT, 3, REQUIRED },
    { "EpisodeMetadata", NS_AVAILS, E_EPISODE, 3, REQUIRED },
    { "SeasonMetadata", NS_AVAILS, E_SEASON, 3, REQUIRED },
    { "SeriesMetadata", NS_AVAILS, E_SERIES, 3, REQUIRED },
    { "VolumeMetadata", NS_AVAILS, E_VOLUME, 3, REQUIRED },
    { "BundledAsset", NS_AVAILS, E_BUNDLED_ASSET, 4, MANY },
    { .name = NULL },
};

static const struct element_rule bundled_asset_children[] = {
    { "BundledALID", NS_AVAILS, E_BUNDLED_ALID, 1, REQUIRED },
    { "SharedEntitlement", NS_AVAILS, E_SKIPPED, 2, MANY },
    { "ShortDescription", NS_AVAILS, E_SKIPPED, 3, 0 },
    { .name = NULL },
};

static const struct element_rule unit_children[] = {
    { "TitleDisplayUnlimited", NS_AVAILS, E_TITLE, 1, MANY },
    { "TitleInternalAlias", NS_AVAILS, E_INTERNAL_TITLE, 2, REQUIRED | MANY },
    { "EditEIDR-URN", NS_AVAILS, E_EDIT_EIDR, 3, 0 },
    { "TitleEIDR-URN", NS_AVAILS, E_TITLE_EIDR, 4, 0 },
    { "AltIdentifier", NS_AVAILS, E_ALT_IDENTIFIER, 5, MANY },
    { "VersionDescription", NS_AVAILS, E_SKIPPED, 6, 0 },
    { "ReleaseDate", NS_AVAILS, E_YEAR, 7, 0 },
    { "RunLength", NS_AVAILS, E_RUN_LENGTH, 8, 0 },
    { "People", NS_AVAILS, E_PEOPLE, 9, MANY },
    { "ReleaseHistory", NS_AVAILS, E_RELEASE, 10, MANY },
    { "USACaptionsExemptionReason", NS_AVAILS, E_CAPTION_EXEMPTION, 11, 0 },
    { "Ratings", NS_AVAILS, E_RATINGS, 12, 0 },
    { "EncodeID", NS_AVAILS, E_SKIPPED, 13, 0 },
    { "LocalizationOffering", NS_AVAILS, E_LOCALIZATION, 14, 0 },
    { "GroupingEntity", NS_AVAILS, E_GROUPING, 15, MANY },
    { "CompanyDisplayCredit", NS_AVAILS, E_CREDIT, 16, MANY },
    { .name = NULL },
};

static const struct element_rule episode_children[] = {
    { "TitleDisplayUnlimited", NS_AVAILS, E_TITLE, 1, MANY },
    { "TitleInternalAlias", NS_AVAILS, E_INTERNAL_TITLE, 2, REQUIRED | MANY },
    { "EditEIDR-URN", NS_AVAILS, E_EDIT_EIDR, 3, 0 },
    { "TitleEIDR-URN", NS_AVAILS, E_TITLE_EIDR, 4, 0 },
    { "AltIdentifier", NS_AVAILS, E_ALT_IDENTIFIER, 5, MANY },
    { "VersionDescription", NS_AVAILS, E_SKIPPED, 6, 0 },
    { "ReleaseDate", NS_AVAILS, E_YEAR, 7, 0 },
    { "RunLength", NS_AVAILS, E_RUN_LENGTH, 8, 0 },
    { "People", NS_AVAILS, E_PEOPLE, 9, MANY },
    { "ReleaseHistory", NS_AVAILS, E_RELEASE, 10, MANY },
    { "USACaptionsExemptionReason", NS_AVAILS, E_CAPTION_EXEMPTION, 11, 0 },
    { "Ratings", NS_AVAILS, E_RATINGS, 12, 0 },
    { "EncodeID", NS_AVAILS, E_SKIPPED, 13, 0 },
    { "LocalizationOffering", NS_AVAILS, E_LOCALIZATION, 14, 0 },
    { "GroupingEntity", NS_AVAILS, E_GROUPING, 15, MANY },
    { "EpisodeNumber", NS_AVAILS, E_SEQUENCE, 17, REQUIRED },
    { "SeasonMetadata", NS_AVAILS, E_SEASON, 18, REQUIRED },
    { "SeriesMetadata", NS_AVAILS, E_SERIES, 18, REQUIRED },
    { .name = NULL },
};

static const struct element_rule season_children[] = {
    { "SeasonContentID", NS_AVAILS, E_CONTENT_ID, 1, REQUIRED },
    { "SeasonEIDR-URN", NS_AVAILS, E_TITLE_EIDR, 2, 0 },
    { "SeasonTitleDisplayUnlimited", NS_AVAILS, E_TITLE, 3, MANY },
    { "SeasonTitleInternalAlias", NS_AVAILS, E_INTERNAL_TITLE, 4, MANY },
    { "SeasonNumber", NS_AVAILS, E_SEQUENCE, 5, REQUIRED },
    { "VersionDescription", NS_AVAILS, E_SKIPPED, 6, 0 },
    { "ReleaseDate", NS_AVAILS, E_YEAR, 7, 0 },
    { "ReleaseHistory", NS_AVAILS, E_RELEASE, 8, MANY },
    { "USACaptionsExemptionReason", NS_AVAILS, E_CAPTION_EXEMPTION, 9, 0 },
    { "Ratings", NS_AVAILS, E_RATINGS, 10, 0 },
    { "SeasonAltIdentifier", NS_AVAILS, E_ALT_IDENTIFIER, 11, MANY },
    { "NumberOfEpisodes", NS_AVAILS, E_COUNT, 12, 0 },
    { "SeasonStatus", NS_AVAILS, E_SKIPPED, 13, 0 },
    { "SeriesMetadata", NS_AVAILS, E_SERIES, 14, REQUIRED },
    { .name = NULL },
};

static const struct element_rule series_children[] = {
    { "SeriesContentID", NS_AVAILS, E_CONTENT_ID, 1, REQUIRED },
    { "SeriesEIDR-URN", NS_AVAILS, E_TITLE_EIDR, 2, 0 },
    { "SeriesTitleDisplayUnlimited", NS_AVAILS, E_TITLE, 3, MANY },
    { "SeriesTitleInternalAlias", NS_AVAILS, E_INTERNAL_TITLE, 4, REQUIRED | MANY },
    { "LocalSeriesTitle", NS_AVAILS, E_SKIPPED, 5, MANY },
    { "VersionDescription", NS_AVAILS, E_SKIPPED, 6, 0 },
    { "ReleaseDate", NS_AVAILS, E_YEAR, 7, 0 },
    { "USACaptionsExemptionReason", NS_AVAILS, E_CAPTION_EXEMPTION, 8, 0 },
    { "ReleaseHistory", NS_AVAILS, E_RELEASE, 9, MANY },
    { "Ratings", NS_AVAILS, E_RATINGS, 10, 0 },
    { "SeriesAltIdentifier", NS_AVAILS, E_ALT_IDENTIFIER, 11, MANY },
    { "NumberOfSeasons", NS_AVAILS, E_COUNT, 12, 0 },
    { "SeriesStatus", NS_AVAILS, E_SKIPPED, 13, 0 },
    { "CompanyDisplayCredit", NS_AVAILS, E_CREDIT, 14, MANY },
    { .name = NULL },
};

static const struct element_rule volume_children[] = {
    { "VolumeContentID", NS_AVAILS, E_CONTENT_ID, 1, REQUIRED },
    { "VolumeEIDR-URN", NS_AVAILS, E_TITLE_EIDR, 2, 0 },
    { "VolumeTitleDisplayUnlimited", NS_AVAILS, E_TITLE, 3, MANY },
    { "VolumeTitleInternalAlias", NS_AVAILS, E_INTERNAL_TITLE, 4, MANY },
    { "VolumeNumber", NS_AVAILS, E_SEQUENCE, 5, REQUIRED },
    { "VersionDescription", NS_AVAILS, E_SKIPPED, 6, 0 },
    { "ReleaseDate", NS_AVAILS, E_YEAR, 7, 0 },
    { "ReleaseHistory", NS_AVAILS, E_RELEASE, 8, MANY },
    { "USACaptionsExemptionReason", NS_AVAILS, E_CAPTION_EXEMPTION, 9, 0 },
    { "Ratings", NS_AVAILS, E_RATINGS, 10, 0 },
    { "VolumeAltIdentifier", NS_AVAILS, E_ALT_IDENTIFIER, 11, MANY },
    { "VolumeFirstEpisodeNumber", NS_AVAILS, E_VOLUME_FIRST, 12, 0 },
    { "VolumeNumberOfEpisodes", NS_AVAILS, E_COUNT, 13, 0 },
    { "Status", NS_AVAILS, E_SKIPPED, 14, 0 },
    { "SeasonMetadata", NS_AVAILS, E_SEASON, 15, REQUIRED },
    { "SeriesMetadata", NS_AVAILS, E_SERIES, 15, REQUIRED },
    { .name = NULL },
};

static const struct element_rule sequence_children[] = {
    { "Number", NS_MD, E_NUMBER, 1, 0 },
    { "DistributionNumber", NS_MD, E_SKIPPED, 2, 0 },
    { "HouseSequence", NS_MD, E_SKIPPED, 3, 0 },
    { "AlternateNumber", NS_MD, E_SKIPPED, 4, MANY },
    { .name = NULL },
};

static const struct element_rule alt_identifier_children[] = {
    { "Namespace", NS_MD, E_SKIPPED, 1, REQUIRED },
    { "Identifier", NS_MD, E_IDENTIFIER, 2, REQUIRED },
    { "Location", NS_MD, E_SKIPPED, 3, 0 },
    { "Scope", NS_MD, E_SKIPPED, 4, 0 },
    { .name = NULL },
};

static const struct element_rule people_children[] = {
    { "Job", NS_MD, E_JOB, 1, REQUIRED | MANY },
    { "Name", NS_MD, E_PERSON, 2, REQUIRED },
    { "Identifier", NS_MD, E_SKIPPED, 3, MANY },
    { "Gender", NS_MD, E_SKIPPED, 4, 0 },
    { .name = NULL },
};

static const struct element_rule job_children[] = {
    { "JobFunction", NS_MD, E_JOB_FUNCTION, 1, REQUIRED },
    { "JobDisplay", NS_MD, E_SKIPPED, 2, MANY },
    { "BillingBlockOrder", NS_MD, E_SKIPPED, 3, 0 },
    { "Character", NS_MD, E_SKIPPED, 4, MANY },
    { "CharacterInfo", NS_MD, E_SKIPPED, 5, MANY },
    { "Guest", NS_MD, E_SKIPPED, 6, 0 },
    { .name = NULL },
};

static const struct element_rule person_children[] = {
    { "DisplayName", NS_MD, E_PERSON_NAME, 1, REQUIRED | MANY },
    { "SortName", NS_MD, E_SKIPPED, 2, MANY },
    { "FirstGivenName", NS_MD, E_SKIPPED, 3, 0 },
    { "SecondGivenName", NS_MD, E_SKIPPED, 4, 0 },
    { "FamilyName", NS_MD, E_SKIPPED, 5, 0 },
    { "Suffix", NS_MD, E_SKIPPED, 6, 0 },
    { "Moniker", NS_MD, E_SKIPPED, 7, 0 },
    { .name = NULL },
};

static const struct element_rule release_children[] = {
    { "ReleaseType", NS_MD, E_RELEASE_TYPE, 1, REQUIRED },
    { "DistrTerritory", NS_MD, E_RELEASE_TERRITORY, 2, MANY },
    { "Date", NS_MD, E_RELEASE_DATE, 3, REQUIRED },
    { "Description", NS_MD, E_SKIPPED, 4, 0 },
    { "ReleaseOrg", NS_MD, E_SKIPPED, 5, MANY },
    { .name = NULL },
};

static const struct element_rule ratings_children[] = {
    { "NotRated", NS_MD, E_SKIPPED, 1, REQUIRED },
    { "Rating", NS_MD, E_RATING, 1, REQUIRED | MANY },
    { "AdultContent", NS_MD, E_SKIPPED, 2, 0 },
    { .name = NULL },
};

static const struct element_rule rating_children[] = {
    { "Region", NS_MD, E_RATING_REGION, 1, REQUIRED },
    { "System", NS_MD, E_RATING_SYSTEM, 2, REQUIRED },
    { "Value", NS_MD, E_RATING_VALUE, 3, REQUIRED },
    { "Reason", NS_MD, E_RATING_REASON, 4, MANY },
    { "LinkToLogo", NS_MD, E_SKIPPED, 5, 0 },
    { "Description", NS_MD, E_SKIPPED, 6, 0 },
    { .name = NULL },
};

static const struct element_rule credit_children[] = {
    { "DisplayString", NS_MD, E_CREDIT_NAME, 1, REQUIRED | MANY },
    { "Region", NS_MD, E_SKIPPED, 2, MANY },
    { "DisplaySequence", NS_MD, E_SKIPPED, 3, 0 },
    { .name = NULL },
};

static const struct element_rule grouping_children[] = {
    { "Type", NS_MD, E_SKIPPED, 1, REQUIRED },
    { "GroupIdentity", NS_MD, E_GROUP, 2, REQUIRED },
    { "DisplayName", NS_MD, E_SKIPPED, 3, MANY },
    { "Region", NS_MD, E_SKIPPED, 4, 0 },
    { "AltGroupIdentifier", NS_MD, E_SKIPPED, 5, MANY },
    { .name = NULL },
};

static const struct element_rule region_children[] = {
    { "country", NS_MD, E_COUNTRY, 1, REQUIRED },
    { "countryRegion", NS_MD, E_COUNTRY, 1, REQUIRED },
    { .name = NULL },
};

static const struct element_rule transaction_children[] = {
    { "Licensee", NS_AVAILS, E_LICENSEE, 1, 0 },
    { "LicenseType", NS_AVAILS, E_LICENCE, 2, 0 },
    { "Description", NS_AVAILS, E_DESCRIPTION, 3, 0 },
    { "Territory", NS_AVAILS, E_TERRITORY, 4, MANY },
    { "TerritoryExcluded", NS_AVAILS, E_EXCLUDED, 5, MANY },
    { "Start", NS_AVAILS, E_START, 6, 0 },
    { "StartCondition", NS_AVAILS, E_START_CONDITION, 6, 0 },
    { "End", NS_AVAILS, E_END, 7, 0 },
    { "EndCondition", NS_AVAILS, E_END_CONDITION, 7, 0 },
    { "WindowDuration", NS_AVAILS, E_WINDOW, 8, 0 },
    { "AllowedLanguage", NS_AVAILS, E_ALLOWED, 9, MANY },
    { "StoreLanguage", NS_AVAILS, E_ASSET_LANGUAGE, 10, MANY },
    { "AssetLanguage", NS_AVAILS, E_ASSET_LANGUAGE, 10, MANY },
    { "HoldbackLanguage", NS_AVAILS, E_HOLDBACK, 11, MANY },
    { "LicenseRightsDescription", NS_AVAILS, E_RIGHTS, 12, 0 },
    { "FormatProfile", NS_AVAILS, E_FORMAT, 13, 0 },
    { "ContractID", NS_AVAILS, E_CONTRACT, 14, 0 },
    { "ReportingID", NS_AVAILS, E_REPORTING, 15, 0 },
    { "RefALID", NS_AVAILS, E_REFERENCE, 16, MANY },
    { "Term", NS_AVAILS, E_TERM, 17, MANY },
    { "ExperienceCondition", NS_AVAILS, E_SKIPPED, 18, 0 },
    { "OtherInstructions", NS_AVAILS, E_INSTRUCTIONS, 19, 0 },
    { .name = NULL },
};

static const struct element_rule term_children[] = {
    { "Money", NS_AVAILS, E_TERM_MONEY, 1, REQUIRED },
    { "Event", NS_AVAILS, E_TERM_VALUE, 1, REQUIRED },
    { "Text", NS_AVAILS, E_TERM_VALUE, 1, REQUIRED },
    { "Number", NS_AVAILS, E_TERM_VALUE, 1, REQUIRED },
    { "Boolean", NS_AVAILS, E_TERM_VALUE, 1, REQUIRED },
    { "Duration", NS_AVAILS, E_TERM_VALUE, 1, REQUIRED },
    { "URI", NS_AVAILS, E_TERM_VALUE, 1, REQUIRED },
    { "Language", NS_AVAILS, E_TERM_VALUE, 1, REQUIRED },
    { "ID", NS_AVAILS, E_TERM_VALUE, 1, REQUIRED },
    { "YearDateTime", NS_AVAILS, E_TERM_VALUE, 1, REQUIRED },
    { "Time", NS_AVAILS, E_TERM_VALUE, 1, REQUIRED },
    { "AltIdentifier", NS_AVAILS, E_SKIPPED, 1, REQUIRED },
    { "Region", NS_AVAILS, E_SKIPPED, 1, REQUIRED },
    { .name = NULL },
};

static const struct element_rule *const children[E_SKIPPED + 1] = {
    [E_AVAIL_LIST] = avail_list_children,
    [E_AVAIL] = avail_children,
    [E_DISPOSITION] = disposition_children,
    [E_LICENSOR] = organization_children,
    [E_PROVIDER] = organization_children,
    [E_LICENSEE] = organization_children,
    [E_ASSET] = asset_children,
    [E_BUNDLED_ASSET] = bundled_asset_children,
    [E_UNIT] = unit_children,
    [E_EPISODE] = episode_children,
    [E_SEASON] = season_children,
    [E_SERIES] = series_children,
    [E_VOLUME] = volume_children,
    [E_SEQUENCE] = sequence_children,
    [E_ALT_IDENTIFIER] = alt_identifier_children,
    [E_PEOPLE] = people_children,
    [E_JOB] = job_children,
    [E_PERSON] = person_children,
    [E_RELEASE] = release_children,
    [E_RELEASE_TERRITORY] = region_children,
    [E_RATINGS] = ratings_children,
    [E_RATING] = rating_children,
    [E_RATING_REGION] = region_children,
    [E_CREDIT] = credit_children,
    [E_GROUPING] = grouping_children,
    [E_TERRITORY] = region_children,
    [E_EXCLUDED] = region_children,
    [E_TRANSACTION] = transaction_children,
    [E_TERM] = term_children,
};

const struct element_rule *element_children(enum element e)
{
    return children[e];
}
