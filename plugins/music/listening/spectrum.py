"""What the spectrum of a recording tells: tempo, key, loudness, brightness, and its picture. Through torchaudio's
transforms.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ..performing.rendering import loudness
from ..theory.key_finding import KeyEstimate, correlations, decide

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Spectra", "find_tempo", "hear_key", "mel_picture", "read_spectra", "sound_figures"]

RATE_HZ = 22_050
_SIZE, _HOP, _MELS = 2048, 512, 96
FRAME_S = _HOP / RATE_HZ


class Spectra:
    """Spectra of a recording, mono at 22,050 Hz, 23 ms a frame: power (bins, frames), mel_db (96, frames), chroma (12,
    frames).
    """

    def __init__(self, power: np.ndarray, mel_db: np.ndarray, chroma: np.ndarray) -> None:
        self.power, self.mel_db, self.chroma = power, mel_db, chroma


@lru_cache(maxsize=1)
def _chroma_bank() -> np.ndarray:
    """Weights of shape (12, bins): each bin from 55 to 2,100 Hz to its pitch class, softly, higher ones less."""
    frequency = np.fft.rfftfreq(_SIZE, 1 / RATE_HZ)
    bank = np.zeros((12, len(frequency)))
    inside = (frequency > 55) & (frequency < 2100)
    pitch = 69 + 12 * np.log2(np.maximum(frequency, 1) / 440)
    for c in range(12):
        off = (pitch - c + 6) % 12 - 6
        bank[c] = np.exp(-0.5 * (off / 0.35) ** 2)
    height = np.exp(-0.5 * ((pitch - 62) / 16) ** 2)
    return (bank * (height * inside)[None]).astype(np.float32)


def read_spectra(samples: np.ndarray, rate_hz: int, device: str = "cpu") -> Spectra:
    """The spectra of float32 (channels, samples). device: where they are computed."""
    import torch
    from torchaudio.functional import resample
    from torchaudio.transforms import AmplitudeToDB, MelScale, Spectrogram

    mono = torch.from_numpy(np.ascontiguousarray(samples.mean(0))).to(device)
    mono = resample(mono, rate_hz, RATE_HZ) if rate_hz != RATE_HZ else mono
    if len(mono) < _SIZE:
        mono = torch.nn.functional.pad(mono, (0, _SIZE - len(mono)))
    power = Spectrogram(n_fft=_SIZE, hop_length=_HOP, power=2.0).to(device)(mono)
    scale = MelScale(n_mels=_MELS, sample_rate=RATE_HZ, n_stft=_SIZE // 2 + 1, f_min=30.0, f_max=RATE_HZ / 2)
    mel = scale.to(device)(power)
    mel_db = AmplitudeToDB("power", top_db=80.0)(mel)
    amplitude = power.sqrt().cpu().numpy()
    return Spectra(power.cpu().numpy(), mel_db.cpu().numpy(), _chroma_bank() @ amplitude)


def hear_key(chroma: np.ndarray) -> KeyEstimate | None:
    """The key by Krumhansl and Kessler's profiles, from the chroma of the whole; None for silence or where all pitch
    classes are equally strong.
    """
    weights = chroma.sum(1).astype(np.float64)
    if weights.sum() < 1e-6 or weights.std() < 0.1 * weights.mean():
        return None
    return decide(correlations(weights - 0.6 * weights.min()))


def onset_strength(mel_db: np.ndarray) -> np.ndarray:
    """How much the spectrum rises, per frame: half-wave rectified flux in decibels, its slow trend taken away."""
    flux = np.maximum(np.diff(mel_db, axis=1, prepend=mel_db[:, :1]), 0).mean(0)
    trend = np.convolve(flux, np.ones(43) / 43)[21 : 21 + len(flux)]
    return np.maximum(flux - trend, 0)


def find_tempo(mel_db: np.ndarray) -> tuple[float, float]:
    """(quarters a minute, strength in [0, 1]) from the autocorrelation of onsets, 40 to 220, nearer 110 preferred; (0,
    0) where nothing recurs.
    """
    strength = onset_strength(mel_db)
    if len(strength) < 100 or strength.max() < 1e-3:
        return 0.0, 0.0
    centred = strength - strength.mean()
    size = 1 << (2 * len(centred)).bit_length()
    spectrum = np.fft.rfft(centred, size)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2, size)[: len(centred)]
    correlation /= max(correlation[0], 1e-12)
    lags = np.arange(1, min(len(correlation) // 2, 400))
    qpm = 60 / (lags * FRAME_S)
    combined = (
        correlation[lags]
        + 0.5 * correlation[np.minimum(2 * lags, len(correlation) - 1)]
        + 0.33 * correlation[np.minimum(3 * lags, len(correlation) - 1)]
    )
    prior = np.exp(-0.5 * (np.log2(qpm / 110) / 0.8) ** 2)
    score = np.where((qpm >= 40) & (qpm <= 220), combined * prior, -1)
    at = int(score.argmax())
    if not 0 < at < len(lags) - 1 or correlation[lags[at]] <= 0.12:
        return 0.0, 0.0
    a, b, c = score[at - 1 : at + 2]
    shift = 0.5 * (a - c) / (a - 2 * b + c) if a - 2 * b + c else 0.0
    return float(60 / ((lags[at] + np.clip(shift, -1, 1)) * FRAME_S)), float(np.clip(correlation[lags[at]], 0, 1))


def sound_figures(samples: np.ndarray, rate_hz: int, spectra: Spectra) -> dict[str, float]:
    """Loudness (LUFS), loudness range (dB between the 10th and 95th percentile of loud frames), peak (dBFS), brightness
    (mean spectral centroid in Hz), rolloff (Hz below which 85 % of the energy lies), flatness (0 tone to 1 noise),
    onsets per second.
    """
    frequency = np.fft.rfftfreq(_SIZE, 1 / RATE_HZ)
    energy = spectra.power.sum(0)
    live = energy > max(energy.max() * 1e-6, 1e-12)
    mean = spectra.power[:, live].mean(1) if live.any() else np.zeros(len(frequency))
    centroid = (frequency[:, None] * spectra.power[:, live]).sum(0) / energy[live] if live.any() else np.zeros(1)
    level = 10 * np.log10(energy[live] + 1e-12) if live.any() else np.zeros(1)
    share = np.cumsum(mean) / max(mean.sum(), 1e-12)
    flat = (
        np.exp(np.log(spectra.power[1:, live] + 1e-12).mean(0)) / (spectra.power[1:, live].mean(0) + 1e-12)
        if live.any()
        else np.zeros(1)
    )
    strength = onset_strength(spectra.mel_db)
    peaks = (
        (strength[1:-1] > strength[:-2])
        & (strength[1:-1] >= strength[2:])
        & (strength[1:-1] > max(1.0, 0.15 * strength.max(initial=0)))
    )
    return {
        "loudness_lufs": loudness(samples, rate_hz),
        "loudness_range_db": float(np.percentile(level, 95) - np.percentile(level, 10)),
        "peak_dbfs": float(20 * np.log10(max(float(np.abs(samples).max(initial=0)), 1e-6))),
        "brightness_hz": float(np.median(centroid)),
        "rolloff_hz": float(frequency[min(int(np.searchsorted(share, 0.85)), len(frequency) - 1)]),
        "flatness": float(np.median(flat)),
        "onsets_per_second": float(peaks.sum() / max(spectra.power.shape[1] * FRAME_S, 1e-6)),
    }


def mel_picture(samples: np.ndarray, rate_hz: int, *, width: int = 640) -> Image:
    """The mel spectrogram as an RGB picture, low notes below, dark for silence."""
    from PIL import Image as pil

    return pil.fromarray(mel_colours(read_spectra(samples, rate_hz).mel_db)).resize(
        (width, max(120, round(width * 0.4))), pil.Resampling.LANCZOS
    )


def mel_colours(mel_db: np.ndarray) -> np.ndarray:
    """Decibels as uint8 RGB of shape (96, frames, 3): paper, ochre, red, night, from quiet to loud reversed to read on
    a light page.
    """
    value = np.clip((mel_db - mel_db.max() + 70) / 70, 0, 1)[::-1]
    stops = np.array([0.0, 0.35, 0.65, 0.85, 1.0])
    colours = np.array([(251, 248, 241), (238, 205, 140), (205, 104, 70), (92, 40, 84), (24, 18, 48)], np.float64)
    return np.stack([np.interp(value, stops, colours[:, c]) for c in range(3)], axis=-1).round().astype(np.uint8)
