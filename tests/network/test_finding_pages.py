"""The list with its facets, and the comparison: what they show to whom, and how they take what makes no sense."""

import re

import pytest
from django.utils import timezone

from network.models import Capability, Organization, Rating, ServiceArea
from network.profile.comparing import comparison
from network.vocabulary import Stance
from tests.cast import make_organization, make_rating
from tests.network.finding_queries import main_queries

pytestmark = pytest.mark.django_db
LIST, COMPARE = "/organizations/", "/organizations/compare/"


def said(answer):
    """The page without what differs each time it is asked for."""
    return re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode())


def listed(answer):
    return [organization.external_id for organization, _strengths in answer.context["rows"]]


def value_of(answer, name, value):
    """The one value of a facet, as the page shows it."""
    facets = answer.context["facets"]
    known = [each for facet in (*facets.lists, *facets.areas) if facet.name == name for each in facet.values]
    known += facets.flags if name == "flag" else []
    known += facets.confirmed.values if name == "confirmed_within" else []
    return next(each for each in known if each.value == value)


class TestList:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("kind=local_it_vendor&kind=shinkin_bank", {"owner", "partner", "elsewhere"}),
            ("kind=local_it_vendor&capability=pmo", set()),
            ("capability=system_development&capability=inventory", {"partner", "elsewhere"}),
            ("capability=inventory&min_level=4", {"elsewhere"}),
            ("prefecture=27&prefecture=22", {"owner", "partner", "elsewhere", "helper"}),
            ("lab=静岡県", {"owner", "partner"}),
            ("remote=on", {"elsewhere"}),
            ("primary_doctor=on&prefecture=27", {"elsewhere"}),
            ("capacity=closed", set()),
            ("confirmed_within=30", {"partner"}),
            ("industry=E", {"owner"}),
        ],
    )
    def test_one_of_each_facet_and_all_facets(self, as_, world, query, expected):
        world.organizations["owner"].industries.create(industry="E")
        Organization.objects.filter(external_id="partner").update(last_confirmed_at=timezone.now())
        assert set(listed(as_("partner").get(f"{LIST}?{query}"))) == expected

    def test_a_value_says_what_choosing_it_would_give(self, as_):
        answer = as_("partner").get(f"{LIST}?kind=local_it_vendor")
        assert value_of(answer, "kind", "local_it_vendor").count == 1
        assert value_of(answer, "kind", "shinkin_bank").count == 2  # its own choice is left aside
        assert value_of(answer, "capability", "system_development").count == 1
        assert value_of(answer, "capability", "inventory").count == 0  # the other one's kind was not chosen

    def test_a_value_that_leads_nowhere_cannot_be_chosen_and_a_chosen_one_can_be_let_go(self, as_):
        html = as_("partner").get(f"{LIST}?kind=university").content.decode()
        assert re.search(r'name="kind" value="university" checked>', html)
        assert re.search(r'name="kind" value="chamber_of_commerce" disabled>', html)
        assert re.search(r'name="prefecture" value="01" disabled>', html)

    def test_who_may_know_of_nothing_counts_nothing(self, as_):
        answer = as_("stranger").get(LIST)
        assert listed(answer) == []
        assert not any(value.count for facet in answer.context["facets"].lists for value in facet.values)

    @pytest.mark.parametrize("reader", ["partner", "editor", "facilitator", "steward"])
    def test_a_weakness_counts_for_nobody(self, as_, reader):
        answer = as_(reader).get(LIST)
        if answer.status_code == 200:  # a steward without a second factor is led to it first
            assert value_of(answer, "capability", "system_development").count == 1

    def test_a_strong_weakness_is_no_strength(self, as_):
        Rating.objects.filter(stance=Stance.WEAKNESS).update(level=4)
        rows = as_("editor").get(LIST).context["rows"]
        assert not [rating for _organization, strengths in rows for rating in strengths if rating.is_weakness]

    def test_what_was_asked_for_stands_first_on_the_card(self, as_, world):
        for code in ("rfp", "rpa", "inventory"):
            make_rating(world.organizations["partner"], code, 4)
        make_rating(world.organizations["partner"], "pmo", 1)
        [(_organization, shown)] = (
            as_("partner").get(f"{LIST}?capability=pmo&lab=静岡県&kind=local_it_vendor").context["rows"]
        )
        assert shown[0].capability.code == "pmo"
        assert len(shown) == 3

    def test_each_condition_can_be_taken_back(self, as_):
        answer = as_("partner").get(f"{LIST}?q=架空&kind=local_it_vendor&capability=pmo&min_level=3&remote=on")
        chips = {chip.label: chip.query for chip in answer.context["facets"].chips}
        assert chips["地域ITベンダー"] == "?q=%E6%9E%B6%E7%A9%BA&capability=pmo&min_level=3&remote=on"
        assert chips["レベル3以上"] == "?q=%E6%9E%B6%E7%A9%BA&kind=local_it_vendor&capability=pmo&remote=on"
        assert len(chips) == 5

    def test_an_empty_list_says_which_condition_to_drop_and_what_that_gives(self, as_):
        answer = as_("partner").get(f"{LIST}?kind=university&prefecture=22")
        [way] = answer.context["facets"].ways_out
        assert (way.label, way.count, way.query) == ("種類", 3, "?prefecture=22")
        assert "「種類」を外す（3機関）" in answer.content.decode()

    def test_unknown_values_are_left_out_and_named(self, as_):
        answer = as_("partner").get(f"{LIST}?kind=guild&kind=local_it_vendor")
        assert listed(answer) == ["partner"]
        assert "kind=guild" in answer.content.decode()


class TestAddress:
    def test_what_a_form_leaves_empty_is_dropped(self, as_):
        answer = as_("partner").get(f"{LIST}?q=&kind=local_it_vendor&min_level=1&confirmed_within=&sort=near")
        assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?kind=local_it_vendor")

    def test_the_browser_is_told_the_short_address(self, as_):
        answer = as_("partner").get(
            f"{LIST}?q=&kind=local_it_vendor&min_level=1&sort=near", headers={"hx-request": "true"}
        )
        assert answer["HX-Push-Url"] == f"{LIST}?kind=local_it_vendor"

    @pytest.mark.parametrize(
        "query",
        ["q=%00", "q=" + "a" * 5000, "kind=%00", "capability=%ED%A0%80", "min_level=" + "9" * 400, "sort=%27",
         "lab=%00", "confirmed_within=-5", "id=1&id=2", "q=%F0%A9%B8%BD", "prefecture=22%00"],
    )  # fmt: skip
    def test_nothing_in_an_address_is_an_error(self, as_, query):
        assert as_("partner").get(f"{LIST}?{query}").status_code == 200

    @pytest.mark.parametrize("page", ["1000000000", "0", "-1", "x", "9" * 5000, "%00", "１"])
    def test_a_page_that_does_not_exist_is_not_found(self, as_, page):
        assert as_("partner").get(f"{LIST}?page={page}").status_code == 404

    def test_pages_hold_every_organization_once(self, as_, world):
        for number in range(30):
            make_organization(f"more-{number}")
        pages = [listed(as_("partner").get(f"{LIST}?page={number}")) for number in (1, 2)]
        assert [len(page) for page in pages] == [24, 10]
        assert len({*pages[0], *pages[1]}) == 34


class TestCompare:
    def ids(self, world, *names):
        return "?" + "&".join(f"id={world.organizations[name].pk}" for name in names)

    def test_side_by_side_in_the_order_of_the_address(self, as_, world):
        html = as_("partner").get(COMPARE + self.ids(world, "partner", "owner")).content.decode()
        assert html.index("架空 天竜システム") < html.index("架空 浜名信用金庫")
        assert "主治医" in html

    def test_what_one_lacks_and_another_has(self, world):
        compared = comparison(
            [str(world.organizations[name].pk) for name in ("owner", "partner")], world.people["partner"]
        )
        helps = [
            [(help_.by.external_id, [c.code for c in help_.capabilities]) for help_ in column.lacks]
            for column in compared.columns
        ]
        assert helps == [[("partner", ["system_development"])], [("owner", ["pmo"])]]

    def test_levels_by_area_and_by_capability_where_anybody_is_strong(self, world):
        owner, partner = world.organizations["owner"], world.organizations["partner"]
        make_rating(partner, "pmo", 1)
        make_rating(partner, "rfp", 2)
        compared = comparison([str(owner.pk), str(partner.pk)], world.people["partner"])
        lines = {line.capability.code: line for area in compared.areas for line in area.lines}
        assert set(lines) == {"pmo", "system_development"}
        assert [rating.level if rating else None for rating in lines["pmo"].ratings] == [4, 1]
        assert max(area.best for area in compared.areas if any(line in area.lines for line in lines.values()))

    @pytest.mark.parametrize(
        ("reader", "knows"), [("partner", False), ("outsider", False), ("colleague", True), ("facilitator", True)]
    )
    def test_weaknesses_to_those_who_may_know_them(self, world, reader, knows):
        named = [str(world.organizations[name].pk) for name in ("owner", "partner")]
        owner = comparison(named, world.people[reader]).columns[0]
        assert (owner.weaknesses is not None) == knows
        codes = [rating.capability.code for rating in owner.weaknesses or []]
        assert codes == (["system_development"] if knows else [])

    @pytest.mark.parametrize("reader", ["partner", "outsider"])
    def test_a_hidden_weakness_looks_like_nothing_declared(self, as_, world, reader):
        address = COMPARE + self.ids(world, "owner", "partner", "elsewhere")
        hidden = list(Rating.objects.filter(stance=Stance.WEAKNESS))
        before = said(as_(reader).get(address))
        own = world.organizations["elsewhere"].pk if reader == "outsider" else None
        Rating.objects.filter(pk__in=[r.pk for r in hidden if r.organization_id != own]).delete()
        assert said(as_(reader).get(address)) == before

    def test_what_may_not_be_seen_is_not_there(self, as_, world):
        html = as_("partner").get(COMPARE + self.ids(world, "owner", "closed", "partner")).content.decode()
        assert "2機関を並べています" in html
        assert str(world.organizations["closed"].pk) not in re.findall(r"id=(\d+)", html[: html.index("</table>")])
        alone = as_("partner").get(COMPARE + self.ids(world, "owner", "closed")).content.decode()
        missing = as_("partner").get(COMPARE + self.ids(world, "owner") + "&id=987654321").content.decode()
        assert "いま選ばれているのは「架空 浜名信用金庫」だけです" in alone
        assert "いま選ばれているのは「架空 浜名信用金庫」だけです" in missing

    @pytest.mark.parametrize(
        "query",
        ["", "?id=", "?id=x", "?id=%00", "?id=" + "9" * 5000, "?id=-1", "?id=１", "?id=999999999999999999", "?ids=1"],
    )
    def test_too_few_or_nonsense_is_told_what_to_do(self, as_, query):
        answer = as_("partner").get(COMPARE + query)
        assert answer.status_code == 200
        assert "2つ以上の機関を選ぶと" in answer.content.decode()

    def test_too_many_are_told_so(self, as_):
        html = as_("partner").get(COMPARE + "?" + "&".join(f"id={n}" for n in range(1, 7))).content.decode()
        assert "6機関が選ばれています。" in html
        assert "4機関以内を選び直してください" in html

    def test_the_same_one_twice_is_one(self, as_, world):
        html = as_("partner").get(COMPARE + self.ids(world, "owner", "owner")).content.decode()
        assert "だけです" in html

    def test_each_column_can_be_taken_out(self, world):
        named = [str(world.organizations[name].pk) for name in ("owner", "partner", "elsewhere")]
        columns = comparison(named, world.people["partner"]).columns
        assert [column.address for column in columns] == [
            f"?id={named[1]}&id={named[2]}",
            f"?id={named[0]}&id={named[2]}",
            f"?id={named[0]}&id={named[1]}",
        ]

    @pytest.mark.parametrize("more", [0, 2])
    def test_a_fixed_number_of_queries(self, as_, world, more, django_assert_num_queries):
        names = ["owner", "partner", "elsewhere", "new"][: 2 + more]
        world.organizations["new"] = make_organization("new")
        for name in names:
            ServiceArea.objects.create(organization=world.organizations[name], prefecture="13", municipality_id="13101")
            world.organizations[name].industries.create(industry="A")
        client = as_("partner")
        address = COMPARE + self.ids(world, *names)
        client.get(address)
        with django_assert_num_queries(15):
            client.get(address)


class TestApi:
    FACETS = "/api/v1/organizations/facets"

    def test_the_same_numbers_as_the_page(self, as_):
        client = as_("partner")
        told = client.get(f"{self.FACETS}?capability=system_development").json()
        assert told["total"] == 1
        assert told["facets"]["capability"] == {"pmo": 1, "system_development": 1, "inventory": 1}
        assert told["facets"]["kind"] == {"local_it_vendor": 1}

    def test_who_may_know_of_nothing_counts_nothing(self, as_):
        assert as_("stranger").get(self.FACETS).json() == {"total": 0, "facets": {}}

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("kind=guild", "kind"), ("capability=%00", "capability"), ("lab=x", "lab"), ("sort=x", "sort"),
            ("sort=level", "sort"), ("min_level=3", "min_level"), ("confirmed_within=0", "confirmed_within"),
            ("capacity=open", "capacity"), ("accepting=true&capacity=closed", "accepting"), ("remote=maybe", "remote"),
            ("page=2", "page"), ("industry=09", "industry"), ("q=" + "a" * 101, "q"),
        ],
    )  # fmt: skip
    def test_what_means_nothing_is_refused_by_name(self, as_, query, field):
        answer = as_("partner").get(f"{self.FACETS}?{query}")
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == [field]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("kind=local_it_vendor&kind=university", ["partner"]),
            ("capability=inventory&capability=system_development&sort=name", ["elsewhere", "partner"]),
            ("lab=静岡県&sort=name", ["partner", "owner"]),
            ("accepting=false", []),
            ("capacity=accepting&remote=true", ["elsewhere"]),
            ("primary_doctor=false&nationwide=false&q=㈱", []),
        ],
    )
    def test_the_list_takes_the_same_conditions(self, as_, query, expected):
        told = as_("partner").get(f"/api/v1/organizations?{query}").json()
        assert sorted(entry["id"] for entry in told["results"]) == sorted(expected)


@pytest.mark.parametrize(
    "question", ["changed since", "organizations of a page", "ratings of a page", "areas of changed ones"]
)
def test_the_database_answers_from_an_index(db, question):
    """On tables large enough that reading them whole would not be cheaper."""
    made = Organization.objects.bulk_create(
        Organization(external_id=f"o-{n}", name="架空", kind="university", prefecture="22", registry_version=n)
        for n in range(2000)
    )
    ServiceArea.objects.bulk_create(ServiceArea(organization=one, prefecture="22") for one in made)
    capabilities = list(Capability.objects.all()[:10])
    Rating.objects.bulk_create(
        Rating(organization=one, capability=capability, level=3) for one in made for capability in capabilities
    )
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = main_queries()[question].explain()
    if connection.vendor == "postgresql":
        assert "Index" in plan, plan
        assert "Seq Scan" not in plan, plan
    else:
        assert "SEARCH" in plan, plan
        assert "SCAN" not in plan.replace("SEARCH", ""), plan
