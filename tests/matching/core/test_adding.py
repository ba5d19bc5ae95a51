"""Who is added to the arrays later stands there as if the registry had been built with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.core.adding import with_bare
from matching.core.arrays import arrays_of, from_values
from matching.core.model import Organization
from tests.matching.core.conftest import networks

bare = st.builds(
    Organization,
    id=st.sampled_from(["a", "o0a", "o3", "o3b", "org-2", "zz"]),
    kind=st.sampled_from(["regional_bank", "npo", "local_it_vendor"]),
    prefectures=st.sampled_from([("13",), ("17",), ("01",), ("47",)]),
    slots=st.integers(0, 2),
    max_requirements=st.integers(1, 3),
    exposure=st.sampled_from([0.0, 0.25]),
    availability=st.sampled_from([0.0, 0.5]),
    lead_suitability=st.sampled_from([0.0, 0.75]),
    remote=st.booleans(),
)


@given(networks(6), st.lists(bare, max_size=4, unique_by=lambda item: item.id))
def test_it_equals_the_registry_built_of_all_of_them(network, added):
    known = {item.id for item in network.organizations}
    added = [item for item in added if item.id not in known]
    whole = from_values([*network.organizations, *added], network.strengths, network.interests)
    found = with_bare(arrays_of(network), added)
    assert found.digest == whole.digest
    assert found.organizations == whole.organizations
    assert [found.partners(row) for row in range(len(found))] == [whole.partners(row) for row in range(len(whole))]


@given(networks(3))
def test_one_that_is_there_already_is_refused(network):
    with pytest.raises(ValueError, match="already in the registry"):
        with_bare(arrays_of(network), [Organization(network.organizations[0].id, "npo", ("13",))])
