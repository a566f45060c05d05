"""The guides for organisers are executed: a file that a guide shows can be loaded."""

import json
import re
from pathlib import Path

from sawtna.campaigns.core.document import check_document

GUIDE = Path(__file__).parents[2] / "docs/guides/campaign.md"


def test_the_campaign_of_the_guide_can_be_loaded():
    """Who copies the file out of the guide has a valid campaign."""
    blocks = re.findall(r"^```json\n(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1
    assert [problem.sentence for problem in check_document(json.loads(blocks[0]))] == []
