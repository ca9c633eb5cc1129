"""What a person can choose of an account: one specification for all providers, over real HTTP against the sandbox."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from chalicelib.foundation.errors import ConsentNeeded, ProviderBroken, ProviderBusy
from chalicelib.providers.choices import EVERYTHING, OTHER, Choice, ChoiceKind
from chalicelib.providers.provider import SyncExpired, TokenRefused
from chalicelib.providers.registry import GOOGLE_OTHER, PROVIDERS
from tests.contracts.mailbox import TIMEOUT, Mailbox, connect

GROUPS = {"google": ("Family", "Clients"), "microsoft": ("Projects", "Work")}
CONTACTS = 20
FIRST, SECOND, REST = range(4), range(4, 6), range(6, CONTACTS)  # contacts of either group, and of none
OTHERS = 7


@dataclass
class Sorted:
    """An account with two groups of contacts."""

    mailbox: Mailbox
    groups: tuple[str, str]

    def __post_init__(self) -> None:
        self.put(FIRST, [self.groups[0]])
        self.put(SECOND, [self.groups[1]])
        self.put(REST, [])

    def put(self, numbers: Sequence[int], groups: Sequence[str]) -> None:
        """Move contacts to these groups: one folder, or any number of labels."""
        if self.mailbox.provider.name == "microsoft":
            self.mailbox.change("move", numbers=[*numbers], folder=groups[0] if groups else "")
        else:
            self.mailbox.change("change", numbers=[*numbers], set={"groups": [*groups]})

    def choices(self) -> list[Choice]:
        assert self.mailbox.choices is not None
        grant, needed = self.mailbox.grant, PROVIDERS[self.mailbox.provider.name].scopes_of_choices
        permitted = [key for key, scope in needed.items() if scope in grant.scopes]
        return self.mailbox.choices.listed(grant.access_token, permitted=permitted, timeout=TIMEOUT)

    def key(self, name: str) -> str:
        return next(each.id for each in self.choices() if each.name == name)

    def ids(self, *numbers: Sequence[int]) -> set[str]:
        listed = self.mailbox.control.do(f"accounts/{self.mailbox.address}/contacts", method="GET")["contacts"]
        wanted = {number for each in numbers for number in each}
        return {each["id"] for each in listed if each["number"] in wanted}

    def counted(self, chosen: tuple[str, ...] | None) -> frozenset[str]:
        """The ids that would come, as they are told before anything is imported."""
        assert self.mailbox.choices is not None
        return self.mailbox.choices.ids(self.mailbox.grant.access_token, chosen, timeout=TIMEOUT)


@pytest.fixture(params=GROUPS)
def account(request: pytest.FixtureRequest, sandbox) -> Sorted:
    return Sorted(connect(sandbox, request.param, CONTACTS), GROUPS[request.param])


@pytest.fixture
def with_others(sandbox) -> Sorted:
    """The account of a person who also let us read "Other contacts"."""
    mailbox = connect(sandbox, "google", CONTACTS, others=OTHERS, more_scopes=[GOOGLE_OTHER])
    return Sorted(mailbox, GROUPS["google"])


class TestWhatCanBeChosen:
    def test_every_provider_says_whether_there_is_a_choice(self):
        assert {name for name, entry in PROVIDERS.items() if entry.choices is not None} == set(GROUPS)

    def test_everything_and_each_group_have_a_count(self, account):
        listed = {each.name: each for each in account.choices()}

        assert account.choices()[0] == Choice(EVERYTHING, ChoiceKind.ALL, "All contacts", CONTACTS)
        assert [listed[name].count for name in account.groups] == [len(FIRST), len(SECOND)]
        assert {listed[name].kind for name in account.groups} <= {ChoiceKind.LABEL, ChoiceKind.FOLDER}

    def test_no_id_stands_twice(self, account):
        ids = [each.id for each in account.choices()]

        assert len(set(ids)) == len(ids)

    def test_a_renamed_group_keeps_its_id(self, account):
        name = account.groups[0]
        before = account.key(name)
        account.mailbox.change("rename_group", group=name, name="Called otherwise")

        assert account.key("Called otherwise") == before

    def test_a_refused_token_has_its_own_error(self, account):
        account.mailbox.fault("expire-token", times=9)
        account.mailbox.fault("expire-token", where="folders", times=9)

        with pytest.raises(TokenRefused):
            account.choices()


class TestListing:
    def test_without_a_choice_everything_comes_by_the_requests_of_before(self, account):
        assert account.mailbox.provider.first_cursor(None, None) == account.mailbox.provider.first_cursor(None)
        assert set(account.mailbox.listing()[0]) == account.ids(range(CONTACTS)) == account.counted(None)

    def test_everything_chosen_is_everything(self, account):
        contacts, gone, _ = account.mailbox.listing(chosen=(EVERYTHING,))

        assert (set(contacts), gone) == (account.ids(range(CONTACTS)), set())

    def test_nothing_chosen_is_nothing(self, account):
        assert account.mailbox.listing(chosen=())[:2] == ({}, set())
        assert account.counted(()) == frozenset()

    def test_a_chosen_group_comes_alone_and_as_many_as_were_counted(self, account):
        chosen = (account.key(account.groups[0]),)
        contacts, gone, sync = account.mailbox.listing(chosen=chosen)

        assert (set(contacts), gone) == (account.ids(FIRST), set())
        assert sync is not None
        assert account.counted(chosen) == set(contacts)

    def test_several_groups_come_together(self, account):
        chosen = tuple(sorted(map(account.key, account.groups)))

        assert set(account.mailbox.listing(chosen=chosen)[0]) == account.ids(FIRST, SECOND) == account.counted(chosen)

    def test_a_listing_of_several_pages_keeps_its_choice(self, sandbox, account):
        big = Sorted(connect(sandbox, account.mailbox.provider.name, 1_200), account.groups)
        big.put(range(REST.start, 1_200), [])

        assert set(big.mailbox.listing(chosen=(big.key(big.groups[0]),))[0]) == big.ids(FIRST)

    def test_a_contact_in_two_labels_comes_with_either(self, with_others):
        with_others.put([0], with_others.groups)

        for name in with_others.groups:
            assert with_others.ids([0]) < set(with_others.mailbox.listing(chosen=(with_others.key(name),))[0])

    def test_a_group_that_was_deleted_brings_nothing(self, account):
        chosen = tuple(sorted(map(account.key, account.groups)))
        account.mailbox.change("delete_group", group=account.groups[0])

        assert set(account.mailbox.listing(chosen=chosen)[0]) == account.ids(SECOND)


class TestChanges:
    def test_nothing_comes_when_nothing_changed(self, account):
        chosen = (account.key(account.groups[0]),)
        _, _, sync = account.mailbox.listing(chosen=chosen)

        assert account.mailbox.listing(sync, chosen)[:2] == ({}, set())

    def test_a_contact_that_moves_to_a_chosen_group_comes_and_one_that_leaves_it_is_gone(self, account):
        chosen = (account.key(account.groups[0]),)
        _, _, sync = account.mailbox.listing(chosen=chosen)
        account.put([0], [account.groups[1]])
        account.put([4], [account.groups[0]])

        contacts, gone, following = account.mailbox.listing(sync, chosen)

        assert (set(contacts), gone) == (account.ids([4]), account.ids([0]))
        assert account.mailbox.listing(following, chosen)[:2] == ({}, set())

    def test_a_contact_that_moves_between_chosen_groups_stays(self, account):
        chosen = tuple(sorted(map(account.key, account.groups)))
        _, _, sync = account.mailbox.listing(chosen=chosen)
        account.put([0], [account.groups[1]])

        contacts, gone, _ = account.mailbox.listing(sync, chosen)

        assert (set(contacts), gone) == (account.ids([0]), set())

    def test_a_renamed_group_stays_chosen(self, account):
        chosen = (account.key(account.groups[0]),)
        _, _, sync = account.mailbox.listing(chosen=chosen)
        account.mailbox.change("rename_group", group=account.groups[0], name="Called otherwise")

        assert account.mailbox.listing(sync, chosen)[:2] == ({}, set())
        assert set(account.mailbox.listing(chosen=chosen)[0]) == account.ids(FIRST)

    def test_a_chosen_group_that_was_deleted_asks_for_a_full_listing(self, account):
        chosen = (account.key(account.groups[0]),)
        _, _, sync = account.mailbox.listing(chosen=chosen)
        account.mailbox.change("delete_group", group=account.groups[0])

        with pytest.raises(SyncExpired):
            account.mailbox.listing(sync, chosen)

        contacts, _, following = account.mailbox.listing(chosen=chosen)
        assert contacts == {}
        assert account.mailbox.listing(following, chosen)[:2] == ({}, set())

    @pytest.mark.parametrize("other", [None, "second"])
    def test_the_sync_state_of_another_choice_asks_for_a_full_listing(self, account, other):
        chosen = (account.key(account.groups[0]),)
        now = None if other is None else (account.key(account.groups[1]),)
        _, _, sync = account.mailbox.listing(chosen=chosen)

        with pytest.raises(SyncExpired):
            account.mailbox.listing(sync, now)
        _, _, sync = account.mailbox.listing(chosen=now)
        with pytest.raises(SyncExpired):
            account.mailbox.listing(sync, chosen)


class TestOtherContacts:
    def test_have_no_count_without_their_permission(self, account):
        others = [each for each in account.choices() if each.kind is ChoiceKind.OTHER]

        assert [(each.id, each.count) for each in others] == [(OTHER, None)] * len(others)

    def test_have_a_count_with_it(self, with_others):
        assert with_others.choices()[-1] == Choice(OTHER, ChoiceKind.OTHER, "Other contacts", OTHERS)

    def test_do_not_come_without_being_chosen(self, with_others):
        assert set(with_others.mailbox.listing()[0]) == with_others.ids(range(CONTACTS))

    @pytest.mark.parametrize(
        ("chosen", "numbers"),
        [((OTHER,), []), ((EVERYTHING, OTHER), range(CONTACTS)), (("Family", OTHER), FIRST)],
    )
    def test_come_alone_or_with_what_else_is_chosen(self, with_others, chosen, numbers):
        chosen = tuple(sorted(with_others.key(each) if each == "Family" else each for each in chosen))
        expected = with_others.ids(range(CONTACTS, CONTACTS + OTHERS), numbers)
        contacts, gone, sync = with_others.mailbox.listing(chosen=chosen)

        assert (set(contacts), gone) == (expected, set())
        assert with_others.counted(chosen) == expected
        assert with_others.mailbox.listing(sync, chosen)[:2] == ({}, set())

    def test_that_become_contacts_are_gone_from_here(self, with_others):
        _, _, sync = with_others.mailbox.listing(chosen=(OTHER,))
        before = with_others.ids([CONTACTS])
        with_others.mailbox.change("move", numbers=[CONTACTS], folder="")
        with_others.mailbox.change("change", numbers=[CONTACTS + 1])

        contacts, gone, _ = with_others.mailbox.listing(sync, (OTHER,))

        assert (set(contacts), gone) == (with_others.ids([CONTACTS + 1]), before)

    @pytest.mark.parametrize(
        ("fault", "error"), [("429", ProviderBusy), ("500", ProviderBroken), ("html", ProviderBroken)]
    )
    def test_that_cannot_be_listed_stop_the_listing(self, with_others, fault, error):
        with_others.mailbox.fault(fault, where="other")

        with pytest.raises(error):
            with_others.mailbox.listing(chosen=(EVERYTHING, OTHER))
        assert len(with_others.mailbox.listing(chosen=(EVERYTHING, OTHER))[0]) == CONTACTS + OTHERS

    def test_an_expired_state_asks_for_a_full_listing_of_both(self, with_others):
        _, _, sync = with_others.mailbox.listing(chosen=(EVERYTHING, OTHER))
        with_others.mailbox.change("expire_sync")

        with pytest.raises(SyncExpired):
            with_others.mailbox.listing(sync, (EVERYTHING, OTHER))

    def test_fill_several_pages(self, sandbox):
        mailbox = connect(sandbox, "google", 3, others=1_200, more_scopes=[GOOGLE_OTHER])

        assert len(mailbox.listing(chosen=(EVERYTHING, OTHER))[0]) == 1_203

    def test_without_the_permission_cannot_be_listed(self, account):
        if account.mailbox.provider.name == "google":
            with pytest.raises(ConsentNeeded, match="Other contacts"):
                account.mailbox.listing(chosen=(OTHER,))
