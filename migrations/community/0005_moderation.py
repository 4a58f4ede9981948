"""The moderators' queue, what they decide, who appeals, and a log of whatever staff did."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# What decisions refer to, at each of its versions; `policy` says which is the present one. Texts
# are by language: that of the shop under `''`, translations under theirs.
POLICY = """
CREATE TABLE policy (
  id      uuid PRIMARY KEY,
  key     text NOT NULL,
  version integer NOT NULL,
  CONSTRAINT policy_key_is_unique UNIQUE (key),
  CONSTRAINT policy_is_named CHECK (length(key) > 0 AND version >= 1)
);
CREATE TABLE policy_version (
  policy_id uuid NOT NULL REFERENCES policy (id),
  version   integer NOT NULL,
  names     jsonb NOT NULL,
  texts     jsonb NOT NULL,
  editable  boolean NOT NULL,
  saved_at  timestamptz NOT NULL,
  saved_by  uuid NOT NULL,
  PRIMARY KEY (policy_id, version),
  CONSTRAINT policy_version_says_something CHECK (names ? '' AND texts ? '')
);
CREATE TRIGGER policy_version_is_never_changed BEFORE UPDATE OR DELETE ON policy_version
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

# One undecided item a subject, beside one for each appeal. `rank_at` is by what the queue is
# ordered, first the earliest: the due time, brought forward by the weight of its signals; it does
# not change while time passes. A lease is `claimed_by` until `claimed_until`, and ends by itself.
# `seen_revision` is what its holder last read. `barred_id` decided what is appealed here; `alone`
# is the exception for a shop that has nobody else.
ITEM = """
CREATE TABLE review_item (
  id            uuid PRIMARY KEY,
  subject_kind  text NOT NULL,
  subject_id    uuid NOT NULL,
  author_id     uuid NOT NULL,
  origin        text NOT NULL,
  weight        double precision NOT NULL DEFAULT 0,
  created_at    timestamptz NOT NULL,
  due_at        timestamptz NOT NULL,
  rank_at       timestamptz NOT NULL,
  claimed_by    uuid,
  claimed_until timestamptz,
  seen_revision integer,
  appeal_id     uuid,
  barred_id     uuid,
  alone         boolean NOT NULL DEFAULT false,
  decided_at    timestamptz,
  decision_id   uuid,
  CONSTRAINT review_item_subject_is_known CHECK (subject_kind IN ('POST', 'COMMENT', 'MEMBER')),
  CONSTRAINT review_item_origin_is_known
    CHECK (origin IN ('NEW_AUTHOR', 'AUTOMATIC', 'REPORT', 'APPEAL', 'SAMPLE')),
  CONSTRAINT review_item_is_of_its_author UNIQUE (id, author_id),
  CONSTRAINT review_item_lease_has_a_holder
    CHECK ((claimed_by IS NULL) = (claimed_until IS NULL)),
  CONSTRAINT review_item_is_not_for_its_author CHECK (claimed_by <> author_id),
  CONSTRAINT review_item_is_not_for_the_first_decider CHECK (claimed_by <> barred_id OR alone),
  CONSTRAINT review_item_appeal_is_of_somebodys_decision
    CHECK ((origin = 'APPEAL') = (appeal_id IS NOT NULL AND barred_id IS NOT NULL)),
  CONSTRAINT review_item_is_open_or_decided
    CHECK ((decided_at IS NULL) = (decision_id IS NULL)
      AND (decided_at IS NULL OR claimed_by IS NULL)),
  CONSTRAINT review_item_of_an_appeal_is_one UNIQUE (appeal_id)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX review_item_of_subject ON review_item (subject_id)
  WHERE decided_at IS NULL AND appeal_id IS NULL;
CREATE INDEX review_item_next ON review_item (rank_at, id) WHERE decided_at IS NULL;
CREATE INDEX review_item_next_by_origin ON review_item (origin, rank_at, id)
  WHERE decided_at IS NULL;
CREATE INDEX review_item_decided ON review_item (decided_at, id) WHERE decided_at IS NOT NULL;
CREATE INDEX review_item_by_subject ON review_item (subject_id, id);
CREATE TABLE review_signal (
  item_id  uuid NOT NULL REFERENCES review_item (id),
  key      text NOT NULL,
  weight   double precision NOT NULL,
  evidence jsonb NOT NULL DEFAULT '{}',
  added_at timestamptz NOT NULL,
  PRIMARY KEY (item_id, key),
  CONSTRAINT review_signal_is_named CHECK (length(key) > 0)
);
"""

REPORT = """
CREATE TABLE report (
  id          uuid PRIMARY KEY,
  item_id     uuid NOT NULL REFERENCES review_item (id),
  subject_id  uuid NOT NULL,
  author_id   uuid NOT NULL,
  reporter_id uuid NOT NULL,
  reason      text NOT NULL,
  note        text,
  weight      double precision NOT NULL DEFAULT 1,
  created_at  timestamptz NOT NULL,
  CONSTRAINT report_is_made_once UNIQUE (subject_id, reporter_id),
  CONSTRAINT report_reason_is_known CHECK (reason IN
    ('SPAM', 'ABUSE', 'ILLEGAL', 'NUDITY', 'COUNTERFEIT', 'PRIVACY', 'OFF_TOPIC', 'OTHER')),
  CONSTRAINT report_is_of_its_author FOREIGN KEY (item_id, author_id)
    REFERENCES review_item (id, author_id),
  CONSTRAINT report_is_about_others CHECK (reporter_id <> author_id)
);
CREATE INDEX report_of_item ON report (item_id, id);
CREATE INDEX report_of_reporter ON report (reporter_id, id);
"""

# `was` and `became` are the states of the post or comment, `before` what else it takes to undo.
# Nothing is told of a decision before `tell_at`. `reversal` says how it ceased to be in force.
DECISION = """
CREATE TABLE decision (
  id              uuid PRIMARY KEY,
  item_id         uuid NOT NULL,
  subject_kind    text NOT NULL,
  subject_id      uuid NOT NULL,
  author_id       uuid NOT NULL,
  moderator_id    uuid NOT NULL,
  action          text NOT NULL,
  policy_id       uuid,
  policy_version  integer,
  revision        integer,
  note            text,
  suspend_days    integer,
  was             text,
  became          text,
  before          jsonb NOT NULL DEFAULT '{}',
  decided_at      timestamptz NOT NULL,
  tell_at         timestamptz NOT NULL,
  told_at         timestamptz,
  overrules_id    uuid,
  overruled_by    uuid,
  alone           boolean NOT NULL DEFAULT false,
  reversed_at     timestamptz,
  reversed_by     uuid,
  reversal        text,
  CONSTRAINT decision_is_somebodys UNIQUE (id, moderator_id),
  CONSTRAINT decision_action_is_known CHECK (action IN
    ('APPROVE', 'REJECT', 'REMOVE', 'RESTORE', 'WARN', 'SUSPEND', 'FEATURE')),
  CONSTRAINT decision_is_about_its_author FOREIGN KEY (item_id, author_id)
    REFERENCES review_item (id, author_id),
  CONSTRAINT decision_is_not_about_oneself CHECK (moderator_id <> author_id),
  CONSTRAINT decision_refers_to_a_version FOREIGN KEY (policy_id, policy_version)
    REFERENCES policy_version (policy_id, version) MATCH FULL,
  CONSTRAINT decision_against_somebody_names_a_policy CHECK
    (policy_id IS NOT NULL OR action NOT IN ('REJECT', 'REMOVE', 'WARN', 'SUSPEND')
      OR overrules_id IS NOT NULL),
  CONSTRAINT decision_overrules_a_decision FOREIGN KEY (overrules_id, overruled_by)
    REFERENCES decision (id, moderator_id) MATCH FULL,
  CONSTRAINT decision_of_an_appeal_is_anothers CHECK (overruled_by <> moderator_id OR alone),
  CONSTRAINT decision_is_told_afterwards CHECK (tell_at >= decided_at AND told_at >= tell_at),
  CONSTRAINT decision_reversal_is_whole CHECK ((reversed_at IS NULL) = (reversed_by IS NULL)
    AND (reversed_at IS NULL) = (reversal IS NULL)),
  CONSTRAINT decision_reversal_is_known CHECK (reversal IN ('UNDONE', 'OVERTURNED'))
) WITH (fillfactor = 85);
CREATE INDEX decision_of_subject ON decision (subject_id, id);
CREATE INDEX decision_of_author ON decision (author_id, id);
CREATE INDEX decision_of_item ON decision (item_id, id);
CREATE INDEX decision_by_time ON decision (decided_at, id);
CREATE INDEX decision_untold ON decision (tell_at) WHERE told_at IS NULL AND reversed_at IS NULL;
CREATE TABLE appeal (
  id          uuid PRIMARY KEY,
  decision_id uuid NOT NULL REFERENCES decision (id),
  member_id   uuid NOT NULL,
  text        text NOT NULL,
  state       text NOT NULL DEFAULT 'OPEN',
  created_at  timestamptz NOT NULL,
  closed_at   timestamptz,
  CONSTRAINT appeal_is_made_once UNIQUE (decision_id),
  CONSTRAINT appeal_state_is_known CHECK (state IN ('OPEN', 'UPHELD', 'OVERTURNED')),
  CONSTRAINT appeal_is_closed_by_an_answer CHECK ((state = 'OPEN') = (closed_at IS NULL))
);
CREATE INDEX appeal_of_member ON appeal (member_id, id);
CREATE TABLE strike (
  id          uuid PRIMARY KEY,
  member_id   uuid NOT NULL,
  decision_id uuid NOT NULL REFERENCES decision (id),
  given_at    timestamptz NOT NULL,
  ends_at     timestamptz NOT NULL,
  lifted_at   timestamptz,
  CONSTRAINT strike_is_given_once UNIQUE (decision_id),
  CONSTRAINT strike_lasts CHECK (ends_at > given_at)
);
CREATE INDEX strike_of_member ON strike (member_id, ends_at) WHERE lifted_at IS NULL;
"""

# Rows are never changed and never taken away.
STAFF_ACTION = """
CREATE TABLE staff_action (
  id           uuid PRIMARY KEY,
  actor_id     uuid NOT NULL,
  action       text NOT NULL,
  subject_kind text NOT NULL,
  subject_id   uuid NOT NULL,
  before       jsonb NOT NULL,
  after        jsonb NOT NULL,
  done_at      timestamptz NOT NULL,
  CONSTRAINT staff_action_is_named CHECK (length(action) > 0 AND length(subject_kind) > 0)
);
CREATE INDEX staff_action_by_time ON staff_action (done_at, id);
CREATE INDEX staff_action_of_subject ON staff_action (subject_id, id);
CREATE TRIGGER staff_action_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON staff_action
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

# Who made a report neither holds nor decides what it is about. Reports, leases and decisions of
# an item queue up at its row, so that the later one sees the earlier one.
APART = """
CREATE FUNCTION refuse_own_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM report r
      WHERE r.subject_id = NEW.subject_id AND r.reporter_id = NEW.claimed_by) THEN
    RAISE EXCEPTION 'a report of one''s own' USING ERRCODE = 'check_violation',
      TABLE = 'review_item', CONSTRAINT = 'review_item_is_not_for_its_reporter';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER review_item_is_not_for_its_reporter
  BEFORE INSERT OR UPDATE OF claimed_by ON review_item
  FOR EACH ROW WHEN (NEW.claimed_by IS NOT NULL) EXECUTE FUNCTION refuse_own_report();

CREATE FUNCTION end_lease_of_reporter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM review_item i WHERE i.id = NEW.item_id FOR UPDATE;
  UPDATE review_item SET claimed_by = NULL, claimed_until = NULL
    WHERE subject_id = NEW.subject_id AND decided_at IS NULL AND claimed_by = NEW.reporter_id;
  RETURN NEW;
END $$;
CREATE TRIGGER report_ends_a_lease_of_its_maker BEFORE INSERT ON report
  FOR EACH ROW EXECUTE FUNCTION end_lease_of_reporter();

CREATE FUNCTION refuse_without_lease() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM review_item i WHERE i.id = NEW.item_id AND i.decided_at IS NULL
    AND i.claimed_by = NEW.moderator_id AND i.claimed_until > NEW.decided_at
    AND (NEW.overrules_id IS NULL) = (i.appeal_id IS NULL) AND i.alone = NEW.alone FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no lease' USING ERRCODE = 'check_violation',
      TABLE = 'decision', CONSTRAINT = 'decision_is_of_who_holds_the_item';
  END IF;
  IF NEW.alone AND EXISTS (SELECT FROM member m WHERE m.roles && '{MODERATOR,ADMIN}'
      AND m.id <> NEW.moderator_id AND m.id <> NEW.author_id) THEN
    RAISE EXCEPTION 'somebody else can' USING ERRCODE = 'check_violation',
      TABLE = 'decision', CONSTRAINT = 'decision_is_alone_where_nobody_else_is';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER decision_is_of_who_holds_the_item BEFORE INSERT ON decision
  FOR EACH ROW EXECUTE FUNCTION refuse_without_lease();
"""

# Posts that waited for their review before there was a queue.
WAITING = """
WITH waiting AS (
  SELECT gen_random_uuid() AS id, p.id AS post_id, p.author_id,
    coalesce(p.submitted_at, p.created_at) AS at
  FROM post p WHERE p.state = 'IN_REVIEW'
), items AS (
  INSERT INTO review_item (id, subject_kind, subject_id, author_id, origin, weight,
    created_at, due_at, rank_at)
  SELECT id, 'POST', post_id, author_id, 'NEW_AUTHOR', 1, at,
    at + interval '4 hours', at + interval '3 hours' FROM waiting
)
INSERT INTO review_signal (item_id, key, weight, added_at)
SELECT id, 'new_author', 1, at FROM waiting;
"""


class Migration(migrations.Migration):
    dependencies = [("community", "0004_media")]

    operations = [
        ops.RunSQL(part) for part in (POLICY, ITEM, REPORT, DECISION, STAFF_ACTION, APART, WAITING)
    ]
