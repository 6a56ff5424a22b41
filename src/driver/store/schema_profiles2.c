#include "driver/store/schema_profiles2.h"

/* An account's first profile has the account's id (rules/members/profile.h), so what was kept by
 * member goes to it without a table of who is whose. A session without a profile is on it. */
const char schema_profiles2[] =
    "ALTER TABLE profile ADD COLUMN language TEXT;"
    "ALTER TABLE profile ADD COLUMN sound TEXT;"
    "ALTER TABLE profile ADD COLUMN captions TEXT;"
    "ALTER TABLE profile ADD COLUMN avatar TEXT;"
    /* Until now children's profiles could have any limit, or none. */
    "UPDATE profile SET max_age = CASE WHEN max_age = 0 THEN 10 ELSE 12 END"
    " WHERE is_child = 1 AND (max_age = 0 OR max_age > 12);"
    "INSERT INTO profile (id, member, name, name_key, max_age, is_child, created)"
    " SELECT id, id, '', '', 0, 0, created FROM member;"
    "ALTER TABLE session ADD COLUMN unlocked_until INTEGER NOT NULL DEFAULT 0;"
    /* Failures are of the PIN as it is now: a new one begins without any. */
    "CREATE TABLE member_pin ("
    " member TEXT NOT NULL PRIMARY KEY REFERENCES member (id) ON DELETE CASCADE,"
    " hash TEXT NOT NULL,"
    " locked_age INTEGER NOT NULL," /* 0: nothing is locked but what the law locks */
    " failures INTEGER NOT NULL,"
    " last_failure INTEGER NOT NULL) STRICT;"
    "CREATE TABLE profile_progress ("
    " profile TEXT NOT NULL REFERENCES profile (id) ON DELETE CASCADE,"
    " playable TEXT NOT NULL REFERENCES playable (id) ON DELETE CASCADE,"
    " title TEXT NOT NULL REFERENCES title (id) ON DELETE CASCADE,"
    " position_ms INTEGER NOT NULL,"
    " duration_ms INTEGER NOT NULL,"
    " is_finished INTEGER NOT NULL,"
    " changed INTEGER NOT NULL,"
    " PRIMARY KEY (profile, playable)) STRICT;"
    "INSERT INTO profile_progress (profile, playable, title, position_ms, duration_ms,"
    " is_finished, changed) SELECT member, playable, title, position_ms, duration_ms, is_finished,"
    " changed FROM progress;"
    "DROP TABLE progress;"
    "ALTER TABLE profile_progress RENAME TO progress;"
    "CREATE INDEX progress_by_changed ON progress (profile, changed DESC);"
    /* Whose history a position goes to: of the profile that pressed play. */
    "ALTER TABLE playback ADD COLUMN profile TEXT REFERENCES profile (id) ON DELETE CASCADE;"
    "UPDATE playback SET profile = member;"
    "CREATE INDEX playback_by_profile ON playback (profile);";
