"""Tiny real language models, made from configurations with seeded weights and saved as users have them."""

from __future__ import annotations

from pathlib import Path

TALK = (
    "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def save_tokenizer(folder: Path, texts: list[str], *, size: int = 6000, chats: bool = True) -> int:
    """Train a byte-level tokenizer on some texts, save it, and tell how many tokens it has."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=["<s>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>")
    if chats:
        fast.chat_template = TALK
    fast.save_pretrained(folder)
    return len(fast)


def save_model(folder: Path, kind: str, texts: list[str], *, chats: bool = True) -> Path:
    """A folder with an untrained model of a kind: "gpt2", "llama", "qwen2", "qwen3" or "gpt_neox"."""
    import torch
    from transformers import (
        GPT2Config,
        GPT2LMHeadModel,
        GPTNeoXConfig,
        GPTNeoXForCausalLM,
        LlamaConfig,
        LlamaForCausalLM,
        Qwen2Config,
        Qwen2ForCausalLM,
        Qwen3Config,
        Qwen3ForCausalLM,
    )

    size = save_tokenizer(folder, texts, chats=chats)
    wide = {
        "vocab_size": size,
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "max_position_embeddings": 2048,
        "bos_token_id": 0,
        "eos_token_id": 1,
    }
    networks = {
        "llama": (LlamaForCausalLM, LlamaConfig, wide),
        "qwen2": (Qwen2ForCausalLM, Qwen2Config, {**wide, "num_key_value_heads": 1}),
        "qwen3": (Qwen3ForCausalLM, Qwen3Config, {**wide, "num_key_value_heads": 1, "head_dim": 16}),
        "gpt_neox": (GPTNeoXForCausalLM, GPTNeoXConfig, wide),
        "gpt2": (
            GPT2LMHeadModel,
            GPT2Config,
            {"vocab_size": size, "n_embd": 32, "n_layer": 2, "n_head": 2, "n_positions": 1024, "eos_token_id": 1},
        ),
    }
    network, config, given = networks[kind]
    with torch.random.fork_rng():
        torch.manual_seed(7)
        network(config(**given)).save_pretrained(folder)
    return folder


def save_notes_model(folder: Path) -> Path:
    """An untrained GPT-2 over the 55,028 tokens of the Anticipatory Music Transformer, without a tokenizer."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    with torch.random.fork_rng():
        torch.manual_seed(3)
        config = GPT2Config(
            vocab_size=55_028, n_embd=8, n_layer=1, n_head=1, n_positions=256, bos_token_id=0, eos_token_id=0
        )
        GPT2LMHeadModel(config).save_pretrained(folder)
    return folder


def save_wide_model(folder: Path, kind: str) -> Path:
    """An untrained "llama" or "gpt2" with matrices large enough to be kept in fewer bits."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

    save_tokenizer(folder, ["The rain came down upon the roof and woke the sleeping town."] * 3)
    with torch.random.fork_rng():
        torch.manual_seed(7)
        if kind == "gpt2":
            shape = GPT2Config(vocab_size=1100, n_embd=128, n_layer=2, n_head=2, n_positions=256, eos_token_id=1)
            GPT2LMHeadModel(shape).save_pretrained(folder)
        else:
            given = LlamaConfig(
                vocab_size=1100,
                hidden_size=128,
                intermediate_size=576,
                num_hidden_layers=2,
                num_attention_heads=2,
                max_position_embeddings=256,
                tie_word_embeddings=True,
                bos_token_id=0,
                eos_token_id=1,
            )
            LlamaForCausalLM(given).save_pretrained(folder)
    return folder
