"""PostgreSQL counts each instruction to pay out at the end of its transaction: all payees together are never told more than
they have to come from that acquirer. What went back after it was paid out is a debt, and counts against the rest."""

from django.db import migrations

COVERED = """
CREATE FUNCTION payments_covered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  till text;
  owed bigint;
BEGIN
  SELECT acquirer INTO till FROM payments_payout WHERE id = NEW.payout_id;
  PERFORM pg_advisory_xact_lock(hashtextextended('payments:payout:' || till, 0));
  SELECT -coalesce(sum(line.fen), 0) INTO owed
    FROM payments_line line JOIN payments_entry entry ON entry.id = line.entry_id
    LEFT JOIN payments_order ordered ON ordered.id = entry.order_id
    LEFT JOIN payments_payout out ON out.id = entry.payout_id
    WHERE line.account_id LIKE 'payee:%' AND coalesce(ordered.acquirer, out.acquirer) = till;
  IF owed < 0 THEN
    RAISE EXCEPTION 'payout % is not covered: % fen more than % holds for the payees', NEW.payout_id, -owed, till
      USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_covered';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_payout_covered AFTER INSERT ON payments_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'payout') EXECUTE FUNCTION payments_covered();
"""
UNDO = """
DROP TRIGGER payments_payout_covered ON payments_entry;
DROP FUNCTION payments_covered();
"""


class Migration(migrations.Migration):
    """The trigger of payouts."""

    dependencies = [("payments", "0003_by_hand_and_out")]

    operations = [migrations.RunSQL(COVERED, UNDO)]
