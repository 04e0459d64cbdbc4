"""The named hands and what they are known for: what the registry needs, without importing anything."""

from __future__ import annotations

__all__ = ["ALIASES", "SUMMARIES"]

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

ALIASES: dict[str, tuple[str, ...]] = {
    "monet": ("claude-monet", "莫奈"),
    "seurat": ("georges-seurat", "修拉"),
    "cezanne": ("paul-cezanne", "塞尚"),
    "van-gogh": ("vincent-van-gogh", "梵高", "梵谷", "凡高"),
    "turner": ("william-turner", "j-m-w-turner", "透纳", "透納"),
    "hokusai": ("katsushika-hokusai", "北斋", "北斎", "葛饰北斋", "葛飾北斎"),
    "hiroshige": ("utagawa-hiroshige", "广重", "広重", "歌川广重", "歌川広重"),
    "shan-shui": ("山水", "山水画", "水墨", "水墨画", "ink-wash"),
    "rembrandt": ("rembrandt-van-rijn", "伦勃朗", "倫勃朗"),
    "vermeer": ("johannes-vermeer", "jan-vermeer", "维米尔", "維米爾"),
    "klimt": ("gustav-klimt", "克里姆特"),
    "cubism": ("cubist", "立体主义", "立體主義"),
    "pirosmani": ("niko-pirosmani", "皮罗斯马尼"),
    "gauguin": ("paul-gauguin", "高更"),
    "friedrich": ("caspar-david-friedrich", "弗里德里希"),
}
