"""TRL's step as :mod:`rl_speed` times it."""

from __future__ import annotations

import argparse
import statistics
import time

from .step_ours import MODEL, TEMPERATURE, contexts_of, peak_mb


def trl(options: argparse.Namespace, rival: str, dtype: str) -> dict:
    """TRL's step with a reward that costs nothing."""
    from datasets import Dataset
    from transformers import AutoTokenizer
    from trl import GRPOConfig, GRPOTrainer, RLOOConfig, RLOOTrainer

    from outcome_rl.models.hub import find_model
    from outcome_rl.policy.prompts import build_prompt

    folder = str(find_model(MODEL).folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    make_config, make_trainer = {"grpo": (GRPOConfig, GRPOTrainer), "rloo": (RLOOConfig, RLOOTrainer)}[rival]
    config = make_config(
        output_dir="/tmp/rl_speed",
        per_device_train_batch_size=options.micro_batch,
        gradient_accumulation_steps=options.contexts * options.samples // options.micro_batch,
        num_generations=options.samples,
        max_completion_length=options.tokens,
        generation_kwargs={"min_new_tokens": options.tokens},
        temperature=TEMPERATURE,
        max_steps=1 + options.steps,
        model_init_kwargs={"dtype": dtype},
        gradient_checkpointing=False,
        bf16=False,
        use_cpu=True,
        shuffle_dataset=False,
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )
    trainer = make_trainer(
        model=folder,
        reward_funcs=lambda completions, **_: [float(len(text)) for text in completions],
        args=config,
        train_dataset=Dataset.from_dict({"prompt": [build_prompt(tokenizer, c) for c in contexts_of(options)]}),
        processing_class=tokenizer,
    )
    steps = timed(trainer, options.tokens)
    trainer.train()
    middle = {key: statistics.median(step[key] for step in steps[1:]) for key in steps[0]}
    return {**middle, "tokens": options.tokens, "peak_mb": peak_mb(), "dtype": dtype}


def timed(trainer, tokens: int) -> list[dict]:
    """A list that fills with the seconds of each step while the trainer runs."""
    from transformers import TrainerCallback

    steps: list[dict] = []
    generate = trainer._generate
    spent = [0.0]

    def generating(*arguments, **named):
        began = time.perf_counter()
        made = generate(*arguments, **named)
        spent[0] += time.perf_counter() - began
        assert {len(ids) for ids in made[1]} == {tokens}, "an email ended early"
        return made

    class Clock(TrainerCallback):
        def on_step_begin(self, *_, **__):
            self.began, spent[0] = time.perf_counter(), 0.0

        def on_step_end(self, *_, **__):
            seconds = time.perf_counter() - self.began
            steps.append({"seconds": seconds, "sample": spent[0], "update": seconds - spent[0]})

    trainer._generate = generating
    trainer.add_callback(Clock())
    return steps
