"""Will our mails arrive? What the sender's domain says, how the relay speaks, what became of a test mail."""
