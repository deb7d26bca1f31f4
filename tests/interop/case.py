"""What every test has: a fresh world, and a mailbox opened by exchangelib."""

import unittest

from exchangelib import BASIC, DELEGATE, IMPERSONATION, Account, Configuration, Credentials, EWSTimeZone
from exchangelib.items import Contact
from exchangelib.protocol import CachingProtocol

BERLIN = EWSTimeZone("Europe/Berlin")


def person(folder, given, surname=None):
    """A contact that isn't saved yet."""
    name = " ".join(filter(None, [given, surname]))
    return Contact(account=folder.account, folder=folder, given_name=given, surname=surname, display_name=name)


class Case(unittest.TestCase):
    """A test against the sandbox."""

    # Set before any test runs.
    sandbox = None

    def setUp(self):
        self.sandbox.reset()
        CachingProtocol.clear_cache()
        self.account = self.open("amelia")

    def address(self, given):
        return self.sandbox.person(given)["userPrincipalName"]

    def open(self, given, auth_type=BASIC, password=None, acts_for=None):
        """The mailbox of somebody; with `acts_for` that of somebody else, by the right to act for others."""
        person = self.sandbox.person(given)
        credentials = Credentials(person["userPrincipalName"], password or person["password"])
        account = Account(
            primary_smtp_address=acts_for or person["userPrincipalName"],
            config=Configuration(
                service_endpoint=f"{self.sandbox.microsoft}/EWS/Exchange.asmx",
                credentials=credentials,
                auth_type=auth_type,
            ),
            autodiscover=False,
            access_type=IMPERSONATION if acts_for else DELEGATE,
            default_timezone=BERLIN,
        )
        # It asks for the version when it first needs it, and some of its calls forget to.
        self.assertIsNotNone(account.version)
        return account
