"""What a movement on the county's account is for (RULES section 8.9): what is certain, else the nearest candidates.

Nothing is guessed: where text, account and amount do not agree on one answer, a person decides.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from schemas.identifiers import Ags
from schemas.money import euros
from schemas.movements import Candidate, Match, Movement, Share, Why
from schemas.open_items import Claim, PaymentBooks
from schemas.payments import carrier_reference, settled_with_carrier
from schemas.programme.programme import Programme
from schemas.spelling import UMLAUTS, folded

CANDIDATES = 3  # so many are named
_CARRIER_UNCLEAR = "Das Konto ist das des Trägers; für welche Abrechnung gezahlt wurde, steht nicht darin."
_COMMON = frozenset(  # in the names of many
    (
        "stadt",
        "gemeinde",
        "markt",
        "verbandsgemeinde",
        "samtgemeinde",
        "verwaltungsgemeinschaft",
        "kreisstadt",
        "landkreis",
    )
)


@dataclass
class Matching:
    """Movements matched one after the other: each finds open what those before it left open."""

    programme: Programme
    books: PaymentBooks
    _claims: dict[str, Claim] = field(init=False)
    _open: dict[str, int] = field(init=False)
    _paid: dict[str, int] = field(init=False)
    _settled: dict[tuple[str, int], tuple[Share, ...]] = field(init=False, default_factory=dict)
    _numbers: re.Pattern[str] = field(init=False)
    _reversals: dict[str, Claim] = field(init=False)  # number of a Storno → the document that it took back
    _meant: dict[str, frozenset[Ags]] = field(init=False)  # document → who may pay it, or be paid for it
    _of: defaultdict[Ags, list[Claim]] = field(init=False, default_factory=lambda: defaultdict(list))
    _names: dict[Ags, frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._claims = {claim.number: claim for claim in self.books.claims}
        self._open = {claim.number: 0 if claim.reversed_on else claim.amount_cents for claim in self.books.claims}
        self._paid = dict.fromkeys(self._claims, 0)
        self._reversals = {claim.reversal: claim for claim in self.books.claims if claim.reversal}
        self._meant = {claim.number: self._payers(claim) for claim in self.books.claims}
        for claim in self.books.claims:
            for ags in self._meant[claim.number]:
                self._of[ags].append(claim)
        self._names = {ags: _words(member.name) - _COMMON for ags, member in self.programme.members.items()}
        prefixes = {number.split("-")[0] for number in self._claims}
        self._numbers = re.compile(
            rf"(?<![A-Z0-9])({'|'.join(sorted(map(_spaced, prefixes))) or '(?!)'})"
            r"[\s/_.–-]*((?:[0-9]\s?){3}[0-9])[\s/_.–-]*((?:[0-9]\s?){3}[0-9]+)(?![0-9])"
        )
        for offset in self.books.offsets.offsets:
            if offset.taken_back_on is None:
                self._open[offset.invoice] -= offset.cents
                self._open[offset.credit] += offset.cents
                if self._claims[offset.credit].reversed_on:  # then it has to be paid back like what was paid out
                    self._paid[offset.credit] -= offset.cents
        for stored in self.books.movements:
            self._note(stored.movement, stored.shares)

    def _note(self, movement: Movement, shares: Iterable[Share]) -> None:
        shares = tuple(shares)
        for share in shares:
            if share.number in self._open:
                self._open[share.number] -= share.amount_cents
                self._paid[share.number] += share.amount_cents
        if movement.reference and shares:
            self._settled[movement.reference, movement.amount_cents] = shares

    def match(self, movement: Movement) -> Match:
        """What becomes of the next movement."""
        found = self._match(movement)
        self._note(movement, found.shares)
        return found

    def _match(self, movement: Movement) -> Match:
        if (carrier := self._carrier(movement)) is not None:
            return carrier
        told = f"{movement.reference} {movement.text}"
        named = self._named(told)
        hinted = self._hinted(movement, told)
        if named:
            doubt = self._doubt(movement, named, hinted)
            if not doubt:
                return Match(self._shared(movement.amount_cents, named), Why.NUMBER)
            return Match((), None, doubt, self._candidates(movement, named, hinted))
        original = self._settled.get((movement.reference, -movement.amount_cents))
        if original is not None:
            back = tuple(Share(share.ags, share.number, -share.amount_cents) for share in original)
            return Match(back, Why.RETURNED)
        return self._by_amount(movement, hinted, told)

    def _carrier(self, movement: Movement) -> Match | None:
        """The county's payment to the carrier, or its return: known by the month's reference, or account and purpose.

        Another account is none of the carrier's. Without the reference, as a cash office's list tells it, the
        carrier's account has to be told, and the purpose has to name the month as the payment file does.
        """
        carrier, prefix = self.programme.carrier, self.programme.accounting.number_prefix
        if carrier is None or movement.iban not in (None, carrier.iban):
            return None
        told = re.search(rf"(?<![A-Z0-9]){re.escape(prefix)}-[0-9]{{4}}-[0-9]{{2}}(?![0-9-])", movement.reference)
        reference = told[0] if told else None
        if reference is None and movement.iban and (month := settled_with_carrier(prefix, movement.text)):
            reference = carrier_reference(prefix, month)
        if reference is None:
            return None
        return Match((Share(None, reference, movement.amount_cents),), Why.CARRIER)

    def _is_carriers(self, movement: Movement) -> bool:
        carrier = self.programme.carrier
        return carrier is not None and movement.iban == carrier.iban

    def _named(self, told: str) -> list[Claim]:
        """The documents that a text names, each once; a Storno stands for what it took back."""
        found: dict[str, Claim] = {}
        for prefix, year, running in self._numbers.findall(told.upper()):
            number = "-".join("".join(part.split()) for part in (prefix, year, running))
            claim = self._claims.get(number) or self._reversals.get(number)
            if claim is not None:
                found[claim.number] = claim
        return [found[number] for number in sorted(found)]

    def _hinted(self, movement: Movement, told: str) -> frozenset[Ags]:
        """The municipalities that Personenkonto or account point at."""
        return frozenset(
            ags
            for ags, member in self.programme.members.items()
            if _stands_in(member.debtor, told) or (member.iban is not None and member.iban == movement.iban)
        )

    def _payers(self, claim: Claim) -> frozenset[Ags]:
        """Its municipality, and whoever received it."""
        member = self.programme.members.get(claim.ags)
        return frozenset(
            {claim.ags} if member is None else {claim.ags, self.programme.recipient(member, claim.month).ags}
        )

    def _doubt(self, movement: Movement, named: Sequence[Claim], hinted: Collection[Ags]) -> str:
        """Why documents that are named are not settled all the same, in German; empty where they are."""
        meant = frozenset[Ags]().union(*(self._meant[claim.number] for claim in named))
        if hinted and not meant & set(hinted):
            others = ", ".join(self.programme.named(ags) for ags in sorted(hinted))
            return f"Der Verwendungszweck nennt Belege von anderen; Konto oder Personenkonto gehören zu {others}."
        amount = movement.amount_cents
        if len(named) > 1 and sum(self._open[claim.number] for claim in named) == amount:
            return ""
        if {claim.amount_cents > 0 for claim in named} == {True, False}:
            return "Rechnungen und Gutschriften sind zusammen genannt, und der Betrag ist nicht ihre Summe."
        if (named[0].amount_cents > 0) == (amount > 0):
            return ""
        paid = sum(abs(self._paid[claim.number]) for claim in named if self._paid[claim.number] * amount < 0)
        if abs(amount) <= paid:
            return ""  # it takes back what was paid
        direction = "Eine Auszahlung" if amount < 0 else "Ein Eingang"
        kind = "eine Rechnung" if amount < 0 else "eine Gutschrift"
        return f"{direction} nennt {kind}, für die nicht so viel gezahlt ist ({euros(paid)})."

    def _shared(self, amount_cents: int, named: Sequence[Claim]) -> tuple[Share, ...]:
        """An amount over documents: each what it leaves open, in the order of their numbers; what is left over to the last."""
        open_cents = {claim.number: self._open[claim.number] for claim in named}
        if sum(open_cents.values()) == amount_cents:
            parts = open_cents
        else:
            parts, left = dict.fromkeys(open_cents, 0), amount_cents
            for claim in named:
                wanted = self._wanted(claim.number, amount_cents)
                parts[claim.number] = min(wanted, left) if amount_cents > 0 else max(wanted, left)
                left -= parts[claim.number]
            parts[named[-1].number] += left
        return tuple(Share(claim.ags, claim.number, parts[claim.number]) for claim in named if parts[claim.number])

    def _wanted(self, number: str, amount_cents: int) -> int:
        """What of an amount a document takes: what it leaves open, or what of it is taken back."""
        if (self._claims[number].amount_cents > 0) == (amount_cents > 0):
            wanted = self._open[number]
        else:
            wanted = -self._paid[number]
        return wanted if wanted * amount_cents > 0 else 0

    def _by_amount(self, movement: Movement, hinted: frozenset[Ags], told: str) -> Match:
        """By Personenkonto or account and the amount, where just one set of open documents makes it up."""
        recipients = {self._recipient(ags) for ags in hinted}
        if len(recipients) == 1:
            known = {claim.number: claim for ags in hinted | recipients for claim in self._of[ags]}
            theirs = [known[number] for number in sorted(known) if self._open[number]]
            alike = [claim for claim in theirs if self._open[claim.number] * movement.amount_cents > 0]
            single = [[claim] for claim in alike if self._open[claim.number] == movement.amount_cents]
            together = [
                group for group in (alike, theirs)
                if len(group) > 1 and sum(self._open[claim.number] for claim in group) == movement.amount_cents
            ]  # fmt: skip
            sets = single or together[:1]
            if len(sets) == 1:
                by_debtor = any(_stands_in(self.programme.members[ags].debtor, told) for ags in hinted)
                shares = self._shared(movement.amount_cents, sets[0])
                return Match(shares, Why.DEBTOR if by_debtor else Why.ACCOUNT)
        if not recipients and self._is_carriers(movement):
            return Match((), None, _CARRIER_UNCLEAR)
        doubt = _why_unclear(len(recipients), movement)
        return Match((), None, doubt, self._candidates(movement, (), hinted))

    def _recipient(self, ags: Ags) -> Ags:
        member = self.programme.members[ags]
        while member.successor is not None:
            member = self.programme.members[member.successor]
        return member.ags

    def candidates(self, movement: Movement) -> tuple[Candidate, ...]:
        """What an unclear movement may be meant for, as things stand now."""
        told = f"{movement.reference} {movement.text}"
        named, hinted = self._named(told), self._hinted(movement, told)
        if self._is_carriers(movement) and not (named or hinted):
            return ()
        return self._candidates(movement, named, hinted)

    def _candidates(self, movement: Movement, named: Sequence[Claim], hinted: Collection[Ags]) -> tuple[Candidate, ...]:
        """The nearest first: named, then of a hinted municipality, of a name alike, of just the amount, of one close to it."""
        names, told = {claim.number for claim in named}, _words(f"{movement.name} {movement.text}")
        alike = {ags for ags, words in self._names.items() if words & told}
        ranked = []
        for number, left in self._open.items():
            if number not in names and left * movement.amount_cents <= 0:
                continue
            claim = self._claims[number]
            signs = {
                "im Verwendungszweck genannt": claim.number in names,
                "Konto oder Personenkonto": not self._meant[number].isdisjoint(hinted),
                "Name": not self._meant[number].isdisjoint(alike),
                "Betrag": left == movement.amount_cents,
            }
            order = (*(not sign for sign in signs.values()), abs(left - movement.amount_cents), claim.number)
            hints = tuple(name for name, sign in signs.items() if sign)
            ranked.append((order, Candidate(claim.number, claim.ags, left, hints)))
        return tuple(candidate for _, candidate in sorted(ranked, key=lambda entry: entry[0])[:CANDIDATES])


def _why_unclear(recipients: int, movement: Movement) -> str:
    if recipients > 1:
        return "Konto und Personenkonto gehören zu verschiedenen Kommunen."
    if recipients == 1:
        return "Von wem der Umsatz ist, steht fest; zum Betrag passt nicht genau ein Beleg."
    if movement.returned:
        return "Eine Rückgabe; welchen Umsatz sie zurücknimmt, steht nicht darin."
    return "Weder Belegnummer noch Personenkonto oder ein bekanntes Konto sind genannt."


def _spaced(text: str) -> str:
    """A pattern for a text that a bank may have broken anywhere."""
    return r"\s?".join(map(re.escape, text))


def _words(text: str) -> frozenset[str]:
    """The words of a name as banks write them, short ones left out."""
    return frozenset(re.findall(r"[a-z0-9]{4,}", folded(text.translate(UMLAUTS))))


def _stands_in(word: str, text: str) -> bool:
    """Whether a text has the word, and not as a part of another one."""
    return re.search(rf"(?<![\w-]){re.escape(word.casefold())}(?![\w-])", text.casefold()) is not None
