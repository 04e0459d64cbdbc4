"""The named hands and what they are known for: what the registry needs, without importing anything."""

from __future__ import annotations

__all__ = ["SUMMARIES"]

SUMMARIES = {
    "monet": "broken colour, violet shadows, no black",
    "seurat": "dots of pure pigments that mix in the eye",
    "cezanne": "parallel square touches in patches, warm against cool",
    "van-gogh": "flowing impasto, turning skies, Prussian-blue contours",
    "turner": "veils of light, form only at the focus",
    "hokusai": "woodblock print: Prussian blue, flat blocks, swelling key line",
    "hiroshige": "woodblock print: deep gradations, clear colour, fine lines",
    "shan-shui": "ink on paper: washes, dry strokes on rock, emptiness",
    "rembrandt": "light gathered in brown dark, thin shadows and thick lights",
    "vermeer": "cool window light, smooth passages, small points of light",
    "klimt": "gold leaf, tiles and ornament in flat masses",
    "cubism": "facets that shift and turn the view, sober colours",
    "pirosmani": "plain figures on black oilcloth, few colours, firm shapes",
    "gauguin": "flat strong colour in dark contours",
    "friedrich": "smooth glazes, great skies, silence",
}
