"""Mail to a server that reads ahead: three questions at once, the same mail as ever, and every refusal as its own error."""

from __future__ import annotations

import smtplib
import socketserver
import threading

import pytest
from django.core.mail import EmailMessage, get_connection

BACKEND = "sawtna.web.pipelined_mail.EmailBackend"


class Server(socketserver.StreamRequestHandler):
    """An SMTP server that answers as it is told, and keeps how many bytes of commands came before each of its answers."""

    def handle(self):
        """Talk."""
        told = self.server
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            told.lines.append(line)
            if word == b"EHLO":
                self.wfile.write(b"250-here\r\n250 PIPELINING\r\n" if told.reads_ahead else b"250 here\r\n")
            elif word in (b"MAIL", b"RCPT"):
                self.wfile.write(told.answers.get(word, b"250 ok") + b"\r\n")
            elif word == b"DATA":
                self.wfile.write(told.answers.get(word, b"354 go") + b"\r\n")
                if told.answers.get(word, b"354")[:3] == b"354":
                    told.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                    self.wfile.write(told.answers.get(b".", b"250 taken") + b"\r\n")
            else:
                self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def server():
    """A server on a free port."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server) as opened:
        opened.lines, opened.mails, opened.answers, opened.reads_ahead = [], [], {}, True
        threading.Thread(target=opened.serve_forever, daemon=True).start()
        yield opened
        opened.shutdown()


def send(server, *texts):
    """Send mails over one connection."""
    host, port = server.server_address
    connection = get_connection(BACKEND, host=host, port=port, use_tls=False, timeout=20)
    mails = [EmailMessage("Votre code", text, "sawtna@example.org", ["person@example.org"]) for text in texts]
    return connection.send_messages(mails)


@pytest.mark.parametrize("reads_ahead", [True, False])
def test_a_mail_arrives_whole(server, reads_ahead):
    """Letters of any script, and lines that begin with a dot; several over one connection, whatever the server can."""
    server.reads_ahead = reads_ahead
    assert send(server, "رمزك: 1234\n.hidden\n", "Deuxième\n") == 2
    first, second = server.mails
    assert b"\r\n..hidden\r\n" in first or b"hidden" not in first  # or in Base 64
    assert b"To: person@example.org" in first
    assert b"Subject: Votre code" in second
    assert b"\n\r\n.\r\n" not in second
    assert (
        b"MAIL FROM:<sawtna@example.org>\r\n" in server.lines
    ) == reads_ahead  # smtplib writes it in small letters


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({b"MAIL": b"550 not you"}, smtplib.SMTPSenderRefused),
        ({b"RCPT": b"550 nobody"}, smtplib.SMTPRecipientsRefused),
        ({b"RCPT": b"450 later", b"DATA": b"503 nobody to send to"}, smtplib.SMTPRecipientsRefused),
        ({b"DATA": b"451 full"}, smtplib.SMTPDataError),
        ({b".": b"554 no"}, smtplib.SMTPDataError),
    ],
)
def test_each_refusal_is_the_error_of_smtplib(server, answers, error):
    """The connection can be used again afterwards."""
    server.answers = answers
    with pytest.raises(error):
        send(server, "One\n")
    assert b"rset\r\n" in server.lines
    assert server.mails in ([], [b"\r\n"]) or b"." in answers
