"""A message is a template, rendered in the programme's language and handed to its channel."""

from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.template import TemplateDoesNotExist

from loyalty.messages import sending
from loyalty.messages.sending import Channel, MailFailed
from loyalty.models import Store
from loyalty.programme import ProgrammeSettings

CONTEXT = {"name": "Zoë", "token": "t0ken"}


def programme_of(**settings):
    """Give a store that no table holds."""
    return Store(code="DEFAULT", name="Shop", settings=ProgrammeSettings(**settings).to_json())


def send(store, message="activation", channel=Channel.EMAIL, to="zoe@example.com", **context):
    sending.send(store, message, channel=channel, to=to, context={**CONTEXT, **context})


def test_the_first_line_is_the_subject_and_the_rest_the_mail(settings):
    settings.SITE_URL = "https://loyalty.example.com"
    settings.DEFAULT_FROM_EMAIL = "club@example.com"
    send(programme_of(program_name="Bean & Co", help_email_address="help@example.com"))
    (message,) = mail.outbox
    assert message.subject == "Activate your account: Bean & Co"
    assert message.body.startswith("Hello Zoë,\n\nwelcome to Bean & Co!")
    assert "\nhttps://loyalty.example.com/portal/DEFAULT/activate/t0ken\n" in message.body
    assert (message.from_email, message.to) == ("club@example.com", ["zoe@example.com"])
    assert message.reply_to == ["help@example.com"]


def test_a_name_adds_no_lines_of_its_own():
    send(programme_of(), name="Zoë\r\nBcc: all@example.com\n\nPay here: https://example.net")
    (message,) = mail.outbox
    assert message.body.startswith("Hello Zoë Bcc: all@example.com Pay here: https://example.net,\n\n")


@pytest.mark.parametrize("name", ["Miles O'Brien <b>", "", "{{ token }}"])
def test_what_people_wrote_comes_out_as_they_wrote_it(name):
    send(programme_of(program_name='Fish & "Chips"'), name=name)
    (message,) = mail.outbox
    assert message.subject == 'Activate your account: Fish & "Chips"'
    assert message.body.startswith(f"Hello {name}," if name else "Hello,")


def test_no_value_breaks_out_of_the_subject():
    send(programme_of(program_name="Club\nBcc: everybody@example.com\r\nX: y"))
    (message,) = mail.outbox
    assert "\n" not in message.subject
    assert "Bcc" not in message.message()


def test_the_programme_speaks_its_language():
    send(programme_of(locale="pl", program_name="Klub"))
    assert mail.outbox[0].subject == "Aktywuj swoje konto: Klub"
    assert "Cześć Zoë," in mail.outbox[0].body


@pytest.mark.parametrize("locale", ["pl_PL", "pl-PL"])
def test_a_language_with_a_country_is_that_language(locale):
    send(programme_of(locale=locale))
    assert mail.outbox[0].subject.startswith("Aktywuj")


@pytest.mark.parametrize("locale", ["xx", "de"])
def test_a_language_without_texts_gets_the_english_ones(locale):
    send(programme_of(locale=locale))
    assert mail.outbox[0].subject.startswith("Activate")


def test_a_text_message_is_one_line(capsys):
    send(programme_of(program_name="Club"), channel=Channel.SMS, to="+48500100200", token="123456")
    printed = capsys.readouterr().out
    assert "Message to +48500100200\nClub: your activation code is 123456. It works once" in printed
    assert not mail.outbox


def test_staff_of_all_stores_are_written_to_without_a_programme():
    send(None, "staff_password_reset", to="boss@example.com")
    assert mail.outbox[0].subject == "A new password for the cockpit"
    assert "/cockpit/reset-password/t0ken" in mail.outbox[0].body


def test_a_mail_server_that_refuses_is_a_failure_that_names_nobody(monkeypatch):
    def refuse(self, fail_silently=False):
        raise SMTPRecipientsRefused({"zoe@example.com": (550, b"no such zoe@example.com")})

    monkeypatch.setattr(sending.EmailMessage, "send", refuse)
    with pytest.raises(MailFailed) as failed:
        send(programme_of())
    assert str(failed.value) == "SMTPRecipientsRefused"
    assert failed.value.__suppress_context__


MESSAGES = {
    "activation": (Channel.EMAIL, Channel.SMS),
    "password_reset": (Channel.EMAIL, Channel.SMS),
    "contact_change": (Channel.EMAIL, Channel.SMS),
    "email_changed": (Channel.EMAIL,),
    "invitation": (Channel.EMAIL, Channel.SMS),
    "staff_password_reset": (Channel.EMAIL,),
}


@pytest.mark.parametrize("locale", ["en", "pl"])
@pytest.mark.parametrize(("name", "channel"), [(n, each) for n, ways in MESSAGES.items() for each in ways])
def test_every_message_says_what_it_must_in_every_language(name, channel, locale, capsys):
    send(programme_of(locale=locale, program_name="Club"), name, channel, token="123456")
    text = f"{mail.outbox[0].subject}\n{mail.outbox[0].body}" if mail.outbox else capsys.readouterr().out
    assert ("123456" in text) is (name != "email_changed")
    assert ("Club" in text) is (name != "staff_password_reset")
    assert "{" not in text
    english = {"activation", "password", "Hello", "Confirm", "confirm", "invites", "your"}
    assert locale == "en" or not english & set(text.replace("/", " ").replace(":", " ").split()), text


def test_a_message_nobody_wrote_is_an_error():
    with pytest.raises(TemplateDoesNotExist):
        send(programme_of(), "nonsense")
