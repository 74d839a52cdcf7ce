"""Models write emails and are compared: by name, by folder, out of memory."""

from __future__ import annotations

import warnings

import pytest
from transformers import AutoModelForCausalLM, AutoTokenizer

import outcome_rl as orl
from outcome_rl.errors import ConfigError, ModelError
from outcome_rl.policy.model import WritingModel
from tests.helpers.seller import own_words_policy, seller_emails

from .common import CONTEXTS, SHORT


def words(contexts, emails):
    return [len(email.split()) for email in emails]


@pytest.fixture(scope="module")
def writer(models_folder):
    return orl.Writer.load(models_folder / "gpt2")


def test_the_best_candidate_comes_first(writer):
    found = writer.generate(CONTEXTS[:2], candidates=3, reward_model=words, sampling=SHORT)
    assert [email.context for email in found] == [CONTEXTS[0]] * 3 + [CONTEXTS[1]] * 3
    assert [email.candidate for email in found] == [1, 2, 3] * 2
    for group in (found[:3], found[3:]):
        assert [email.reward for email in group] == sorted((len(e.email_text.split()) for e in group), reverse=True)
    assert found[0].predicted is None
    assert found[0].p_conversion is None
    assert found[0].to_dict()["word_count"] == found[0].check.word_count


def writer_in_own_words(models_folder):
    policy = own_words_policy(models_folder / "llama")
    own = WritingModel("own", policy.tokenizer, policy.model, writing=policy.writing, base=policy.base)
    return orl.Writer(model=policy.model, tokenizer=policy.tokenizer, name="own", _loaded=own)


def test_recipients_of_whom_the_writer_knows_nothing_are_told(models_folder):
    contexts = [seller_emails().contexts[0], "Somebody who wrote to us"]
    with pytest.warns(UserWarning, match="1 of 2 contexts are described in another way.*'Somebody who wrote to us'"):
        writer_in_own_words(models_folder).generate(contexts)


def test_settings_without_effect_in_own_words_are_told(models_folder):
    writer, contexts = writer_in_own_words(models_folder), seller_emails().contexts[:1]
    with pytest.warns(UserWarning, match="top_k: without effect in own words"):
        told = writer.generate(contexts, sampling=orl.SamplingConfig(top_k=3))
    with warnings.catch_warnings(record=True) as said:
        assert writer.generate(contexts) == told
    assert not [each for each in said if "without effect" in str(each.message)]


def test_a_reward_model_says_what_will_come_of_each(writer, trained):
    email = writer.generate(CONTEXTS[:1], reward_model=trained.model, sampling=SHORT)[0]
    assert email.reward == pytest.approx(trained.model.score([email.context], [email.email_text]).rewards[0])
    assert email.p_no_reply + email.p_reply + email.p_conversion == pytest.approx(1)
    assert email.predicted in ("no_reply", "reply", "conversion")


def test_nobody_has_to_judge(writer):
    assert writer.generate(CONTEXTS[:1], sampling=SHORT)[0].reward is None


def test_a_model_in_memory_writes_what_its_folder_does(writer, models_folder):
    model = AutoModelForCausalLM.from_pretrained(models_folder / "gpt2", dtype=writer.model.dtype).train()
    own = orl.Writer(model=model, tokenizer=AutoTokenizer.from_pretrained(models_folder / "gpt2"))
    assert own.name == str(models_folder / "gpt2")
    assert not model.training, "dropout would make it write otherwise"
    assert [e.email_text for e in own.generate(CONTEXTS[:2], sampling=SHORT)] == [
        e.email_text for e in writer.generate(CONTEXTS[:2], sampling=SHORT)
    ]


def test_a_stand_in_is_a_warning(monkeypatch, models_folder):
    from outcome_rl.api import writer as module

    plain = module.policy.load_writing_model

    def stood_in(name):
        found = plain(models_folder / "gpt2")
        found.notice = "gpt2 cannot be had, so another serves in its place."
        return found

    monkeypatch.setattr(module.policy, "load_writing_model", stood_in)
    with pytest.warns(UserWarning, match="another serves in its place"):
        orl.Writer.load("gpt2")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"contexts": "Customer: A."}, "contexts: is one text"),
        ({"candidates": 0}, "candidates: 0 is outside"),
        ({"best_of": 0}, "best_of: 0 is outside"),
    ],
)
def test_wrong_use_is_said(writer, asked, said):
    with pytest.raises(ConfigError, match=said):
        writer.generate(**{"contexts": CONTEXTS, **asked})


def test_a_model_that_is_not_there_is_said():
    with pytest.raises(ModelError, match="model 'no/such-model' was not found"):
        orl.Writer.load("no/such-model")


# --- the comparison ---------------------------------------------------------------------------------------------------


def test_two_models_are_compared_context_by_context(writer, models_folder):
    told = []
    models = {"tuned": writer, "base": models_folder / "llama"}
    result = orl.compare(models, CONTEXTS, words, samples=2, sampling=SHORT, on_event=told.append)
    assert [email.model for email in result.emails] == ["base"] * 12 + ["tuned"] * 12
    rewards = [email.reward for email in result.emails]
    assert result.gain == pytest.approx((sum(rewards[12:]) - sum(rewards[:12])) / 12)
    assert (result.base.reward_mean, result.n) == (pytest.approx(sum(rewards[:12]) / 12), 6)
    assert (result.base_model, result.warm_start, result.judge) == (str(models_folder / "llama"), None, None)
    assert result.base.predicted is None
    assert result.verdict
    assert sum(isinstance(event, orl.events.EmailWritten) for event in told) == 24
    assert orl.Comparison.from_dict(result.to_dict(), result.emails) == result


def test_a_judge_of_one_s_own_is_asked(writer, models_folder):
    models = {"base": models_folder / "llama", "tuned": writer}
    shorter = lambda contexts, emails: [-reward for reward in words(contexts, emails)]  # noqa: E731
    result = orl.compare(models, CONTEXTS, words, judge=shorter, sampling=SHORT)
    assert result.judge.gain == pytest.approx(-result.gain)
    assert result.improved is not True


@pytest.mark.parametrize(
    ("models", "contexts", "said"),
    [
        ({"tuned": "x"}, CONTEXTS, "models: tuned; 'base' and 'tuned' are needed, 'warm_start' may be there"),
        ({"base": "x", "tuned": "x", "other": "x"}, CONTEXTS, "models: base, tuned, other; "),
        ({"base": "x", "tuned": "x"}, [], "contexts: there are none"),
    ],
)
def test_what_cannot_be_compared_is_said(models, contexts, said):
    with pytest.raises(ConfigError, match=said):
        orl.compare(models, contexts, words)
