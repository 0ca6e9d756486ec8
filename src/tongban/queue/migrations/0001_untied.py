"""A job that failed waits for its next try beside a fresh one of the same key.

While it ran, the change that came after it may have put another (``queue.actions.put``). The queue allows one waiting job
of a key, so that the one that failed could not go back: it stayed as running for ever, held its lock, and kept the other
from starting. Back among the waiting it has no key any more. The check stands in the function, for the queue's own
migrations may change the column.
"""

from django.db import migrations

UNTIED = """
CREATE FUNCTION queue_untied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status::text = 'todo' AND OLD.status::text <> 'todo' THEN
    NEW.queueing_lock := NULL;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER queue_untied BEFORE UPDATE ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION queue_untied();
"""
UNDO = """
DROP TRIGGER queue_untied ON procrastinate_jobs;
DROP FUNCTION queue_untied();
"""


class Migration(migrations.Migration):
    """The trigger of the queue."""

    dependencies = [("procrastinate", "0041_post_retry_failed_job")]

    operations = [migrations.RunSQL(UNTIED, UNDO)]
