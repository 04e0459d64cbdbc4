"""Tiny real pipelines of diffusers, made from configurations with seeded weights and saved as users have them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def save_pipeline(folder: Path, kind: str = "sd", *, checked: bool = False) -> Path:
    """A folder with an untrained pipeline: "sd", "sdxl" or "inpaint" (Stable Diffusion that was made to fill masks).

    Its pictures are 64 pixels wide (SDXL: 32); checked: with a safety checker, which finds nothing amiss.
    """
    import diffusers
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(5)
        parts = _networks(folder / "words", 9 if kind == "inpaint" else 4, large=kind == "sdxl")
        if kind == "sdxl":
            pipeline: Any = diffusers.StableDiffusionXLPipeline(**parts)
        else:
            parts |= _checker() if checked else {"safety_checker": None, "feature_extractor": None}
            name = "StableDiffusionInpaintPipeline" if kind == "inpaint" else "StableDiffusionPipeline"
            pipeline = getattr(diffusers, name)(**parts, requires_safety_checker=False)
        pipeline.save_pretrained(folder)
    return folder


def _networks(folder: Path, channels: int, *, large: bool) -> dict[str, Any]:
    from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel

    words, text = _text(folder)
    more: dict[str, Any] = {}
    if large:
        more = {
            "addition_embed_type": "text_time",
            "addition_time_embed_dim": 8,
            "projection_class_embeddings_input_dim": 6 * 8 + 16,
            "transformer_layers_per_block": (1, 1),
        }
    unet = UNet2DConditionModel(
        block_out_channels=(8, 16),
        layers_per_block=1,
        sample_size=8 if not large else 4,
        in_channels=channels,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=32 if large else 16,
        attention_head_dim=4,
        norm_num_groups=4,
        **more,
    )
    vae = AutoencoderKL(
        block_out_channels=(4, 4, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=4,
        norm_num_groups=4,
    )
    scheduler = DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False, steps_offset=1
    )
    parts = {"unet": unet, "vae": vae, "scheduler": scheduler, "tokenizer": words, "text_encoder": text()}
    return parts | ({"tokenizer_2": words, "text_encoder_2": text(projected=True)} if large else {})


def _text(folder: Path) -> tuple[Any, Any]:
    """(a tokenizer of bytes, a maker of encoders for it)."""
    from tokenizers import pre_tokenizers
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    known = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    folder.mkdir(parents=True)
    (folder / "vocab.json").write_text(json.dumps({token: number for number, token in enumerate(known)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    words = CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77)

    def text(*, projected: bool = False) -> Any:
        config = CLIPTextConfig(
            vocab_size=len(known),
            hidden_size=16,
            intermediate_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            projection_dim=16,
            bos_token_id=len(known) - 2,
            eos_token_id=len(known) - 1,
            pad_token_id=1,
        )
        return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config)

    return words, text


def _checker() -> dict[str, Any]:
    from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
    from transformers import CLIPConfig, CLIPImageProcessorPil

    seen = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "patch_size": 32,
    }
    config = CLIPConfig(text_config={"hidden_size": 16}, vision_config=seen, projection_dim=8)
    checker = StableDiffusionSafetyChecker(config)
    for weights in (checker.concept_embeds_weights, checker.special_care_embeds_weights):
        weights.data.fill_(10.0)  # a likeness that nothing reaches
    return {"safety_checker": checker, "feature_extractor": CLIPImageProcessorPil()}
