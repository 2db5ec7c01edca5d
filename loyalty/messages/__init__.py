"""Messages to people: what they say is a template, how they travel a channel.

`sending.send` renders `templates/messages/<name>.<channel>.txt` in the programme's language and hands it to the
channel: e-mail through Django's backends, text and push messages through a gateway. It is called by reactions of the
outbox (`loyalty.reactions.SENDING`), never inside a transaction; a failure is tried again from there.
"""
