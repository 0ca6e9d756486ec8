"""PostgreSQL counts every posting at the end of the transaction that touched it: its lines come to nothing, are as many as
it says, and move what it says. The function is the owner's; the application can neither change nor leave it out."""

from django.db import migrations

BALANCED = """
CREATE FUNCTION payments_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  posting uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
  said record;
  found record;
BEGIN
  SELECT total, lines INTO said FROM payments_entry WHERE id = posting;
  SELECT count(*) AS lines, coalesce(sum(fen), 0) AS sum, coalesce(sum(fen) FILTER (WHERE fen > 0), 0) AS total
    INTO found FROM payments_line WHERE entry_id = posting;
  IF found.sum <> 0 OR found.lines <> said.lines OR found.total <> said.total THEN
    RAISE EXCEPTION 'posting % does not balance: % lines of %, sum %, moved % of %',
      posting, found.lines, said.lines, found.sum, found.total, said.total
      USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_balanced';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_entry_balanced AFTER INSERT OR UPDATE ON payments_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_balanced('id');
CREATE CONSTRAINT TRIGGER payments_line_balanced AFTER INSERT OR UPDATE ON payments_line
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_balanced('entry_id');
"""
UNDO = """
DROP TRIGGER payments_line_balanced ON payments_line;
DROP TRIGGER payments_entry_balanced ON payments_entry;
DROP FUNCTION payments_balanced();
"""


class Migration(migrations.Migration):
    """The trigger of the ledger."""

    dependencies = [("payments", "0001_initial")]

    operations = [migrations.RunSQL(BALANCED, UNDO)]
