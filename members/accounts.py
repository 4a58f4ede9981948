"""E-mail addresses and phone numbers as people type them, brought to their one form.

Their libraries are imported when the first one is read: together they cost a start 4 % of its CPU.
"""

from __future__ import annotations

from domain.errors import Invalid
from domain.members import LONGEST_ADDRESS, AccountKind, AccountName, normalise_email


def parse_account(text: str) -> AccountName:
    """An e-mail address, or a phone number in international form (`+86 138 0013 8000`).

    Raises: Invalid.
    """
    account = _email(text.strip()) if "@" in text else _phone(text.strip())
    if account is None:
        raise Invalid("account.invalid", field=("account",))
    return account


def normalise_ref(ref: str) -> str:
    """The form in which a customer number is kept and compared.

    A number of the shop's own stands as it is. Only what is marked as an address by `@` or as
    an international phone by `+` is normalised: digits alone may be anybody's numbering.
    """
    if "@" in ref:
        account = _email(ref) if _has_two_spellings(ref) else None
        address = account.value if account else normalise_email(ref)
        # Lower case can make a text longer; what is too long for an address is none.
        return address if len(address) <= LONGEST_ADDRESS else ref
    if ref.startswith("+"):
        account = _phone(ref)
        return account.value if account else ref
    return ref


def _has_two_spellings(ref: str) -> bool:
    """Whether lower case alone may not reach the form that `parse_account` gives."""
    return not ref.isascii() or '"' in ref or "@xn--" in ref.lower() or ".xn--" in ref.lower()


def _email(text: str) -> AccountName | None:
    from email_validator import EmailNotValidError, validate_email

    try:
        # No DNS here: the code that we send is the proof. `test_environment` lets `*.test` in.
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return AccountName(AccountKind.EMAIL, normalise_email(found.normalized))


def _phone(text: str) -> AccountName | None:
    if not text.startswith(("+", "\N{FULLWIDTH PLUS SIGN}")):
        return None
    import phonenumbers

    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
    # "Possible" and not "valid": the tables of valid ranges are always behind the operators.
    if number.extension or not phonenumbers.is_possible_number(number):
        return None
    return AccountName(
        AccountKind.PHONE,
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
    )
