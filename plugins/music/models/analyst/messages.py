"""What the analyst says, in English and Chinese."""

from __future__ import annotations

from .....core.messages import Catalogue, same_words

__all__ = ["MESSAGES"]

_FAULTS = {
    "parallel fifths": "平行五度",
    "parallel octaves": "平行八度",
    "direct fifth": "隐伏五度",
    "direct octave": "隐伏八度",
    "crossing": "声部交叉",
    "overlap": "声部超越",
    "spacing": "声部间距过大",
    "augmented leap": "增音程进行",
    "wide leap": "过大的跳进",
    "leading tone": "导音未解决",
}
_TEXTURES = {
    "single line": "单声部",
    "chorale": "众赞歌式（主调和声）织体",
    "melody and accompaniment": "旋律加伴奏",
    "counterpoint": "复调",
    "drums": "打击乐",
}
_CADENCES = {
    "cadence perfect authentic": (
        "a perfect authentic cadence: dominant to tonic, both in root position, the melody on the tonic. It is the full "
        "stop of tonal music",
        "完全正格终止：属和弦到主和弦，都是原位，旋律落在主音上，好比句号",
    ),
    "cadence imperfect authentic": (
        "an imperfect authentic cadence: dominant to tonic, but the melody or the bass leaves the door ajar",
        "不完全正格终止：属到主，但旋律或低音没有站稳，话还没说完",
    ),
    "cadence half": (
        "a half cadence: the phrase stops on the dominant, like a question",
        "半终止：停在属和弦上，像一个问句",
    ),
    "cadence Phrygian half": (
        "a Phrygian half cadence: the bass sinks a semitone onto the dominant, an old and grave gesture",
        "弗里几亚半终止：低音下行半音到属音，古老而庄重",
    ),
    "cadence plagal": (
        "a plagal cadence: subdominant to tonic, the 'Amen'",
        "变格终止：下属到主，即“阿门”终止",
    ),
    "cadence deceptive": (
        "a deceptive cadence: the dominant promises the tonic and another chord comes instead",
        "阻碍终止：属和弦预示主和弦，来的却是别的和弦",
    ),
    "cadence other": (
        "a rest without a cadence of the usual kinds",
        "乐句在此停顿，但不是常见的终止式",
    ),
}
_SHORT_CADENCES = {
    "short perfect authentic": ("PAC", "完全终止"),
    "short imperfect authentic": ("IAC", "不完全终止"),
    "short half": ("HC", "半终止"),
    "short Phrygian half": ("Phrygian", "弗里几亚半终止"),
    "short plagal": ("plagal", "变格终止"),
    "short deceptive": ("deceptive", "阻碍终止"),
    "short other": ("rest", "其他收束"),
}
_MOMENTS = {
    "moment suspension": (
        "a {detail} suspension in the {voice}: held over, it rubs, then steps down",
        "{voice}有 {detail} 延留音，先不协和，再下行解决",
    ),
    "moment Picardy third": (
        "a Picardy third: the minor piece closes in major",
        "皮卡第三度：小调乐曲以大三和弦收束",
    ),
    "moment applied dominant": (
        "{detail}, a borrowed dominant that makes the next chord feel like a goal",
        "副属和弦 {detail}，短暂地指向别的和弦",
    ),
    "moment diminished seventh": (
        "a diminished seventh chord, tense on all sides",
        "减七和弦，紧张的色彩",
    ),
    "moment Neapolitan": (
        "the Neapolitan, the major chord a semitone above the tonic",
        "那不勒斯和弦（降 II 级）",
    ),
    "moment pedal point": (
        "a pedal point: the bass lies on {detail} while the harmony moves above",
        "低音 {detail} 长时间不动（持续音）",
    ),
    "moment highest note": ("the melody's highest note, {detail}", "全曲最高音 {detail}"),
}
_PIECE = {
    "unpitched": ("Music without pitches: {bars} bars in {metre}.", "没有音高的音乐：{bars} 小节，{metre} 拍。"),
    "overview": (
        "{tonality} ({sure}), {metre}, {tempo} ({qpm:.0f} quarters a minute), {bars} bars, {voices} {voices:voice|voices}, "
        "{texture}. It sounds {mood}.",
        "{tonality}（{sure}），{metre} 拍，{tempo}（每分钟 {qpm:.0f} 拍），{bars} 小节，{voices} 个声部，{texture}。听起来{mood}。",
    ),
    "surely": ("surely, {share:.0%}", "把握 {share:.0%}"),
    "most likely": ("most likely, {share:.0%}", "把握 {share:.0%}"),
    "perhaps": ("perhaps, {share:.0%}", "把握 {share:.0%}"),
    "second key": ("{tonality} would also fit ({share:.0%}).", "也可能是{tonality}（{share:.0%}）。"),
    "begins with a pickup": (
        "It begins with a pickup of {quarters:g} {quarters:quarter|quarters} before bar 1.",
        "开头有 {quarters:g} 拍弱起。",
    ),
    "form": (
        "Form: {letters} (the same letter, the same tune; a stroke marks a varied return).",
        "曲式：{letters}（字母相同即旋律相同，带撇的是变化重复）。",
    ),
    "phrases only": (
        "The piece has {bars} bars; beyond {most} it is told by phrases only.",
        "全曲 {bars} 小节，超过 {most} 小节，故只按乐句说明。",
    ),
    "phrase": (
        "{bars:Bar|Bars} {span}, phrase {letter}{earlier}: {keys}.",
        "第 {span} 小节{bars:|}，乐句 {letter}{earlier}：{keys}。",
    ),
    "comes back": (" (the tune of bar {bar} comes back)", "（再现第 {bar} 小节的旋律）"),
    "comes back changed": (" (the tune of bar {bar} comes back changed)", "（再现第 {bar} 小节的旋律，有变化）"),
    "then": (", then ", "，再到"),
    "ending": (
        "  It ends in bar {bar}, beat {beat:g}, with {cadence} ({chords} in {tonality}).",
        "  结尾（第 {bar} 小节第 {beat:g} 拍，{chords}，{tonality}）：{cadence}。",
    ),
    "key turns": ("the music turns to {tonality}", "转到{tonality}"),
    "bar": ("bar {number}", "第 {number} 小节"),
    "pickup": ("pickup", "弱起"),
    "semicolon": ("; ", "；"),
    "comma": (", ", "，"),
    "stop": (".", "。"),
    "rest": ("rest or held notes", "休止"),
    "rising": ("rising", "上行"),
    "falling": ("falling", "下行"),
    "level": ("level", "平稳"),
    "no faults": (
        "Part-writing: no parallel fifths or octaves, crossings or other faults were found.",
        "声部进行：未发现平行五度、平行八度、声部交叉等问题。",
    ),
    "faults": ("Part-writing, as a strict teacher would mark it:", "声部进行，严格的老师会标出："),
    "place": ("bar {bar} ({voices})", "第 {bar} 小节（{voices}）"),
    "more places": (" and {more} more{count:|}", " 等 {count} 处{more:|}"),
}
_CHARACTER = {
    "written as": ("Its theme was set as {names}: {means}.", "题旨的性格是“{names}”：{means}。"),
    "mode minor": ("minor", "小调"),
    "mode major": ("major", "大调"),
    "pace slow": ("slower than the style is wont", "比该风格通常的速度慢"),
    "pace fast": ("faster than the style is wont", "比该风格通常的速度快"),
    "register low": ("low", "音区偏低"),
    "register high": ("high", "音区偏高"),
    "density low": ("long notes", "音符长而疏"),
    "density high": ("many notes", "音符短而密"),
    "level low": ("soft", "力度弱"),
    "level high": ("loud", "力度强"),
    "harmony low": ("consonant", "和声协和"),
    "harmony high": ("dissonant", "和声不协和"),
    "rhythm even": ("an even rhythm", "节奏均匀"),
    "rhythm dotted": ("a dotted rhythm", "附点节奏"),
    "rhythm running": ("a running rhythm", "奔跑般的节奏"),
    "rhythm rocking": ("a rocking rhythm", "摇曳的节奏"),
    "rhythm flowing": ("a flowing rhythm", "流动的节奏"),
    "rhythm broken": ("a broken rhythm", "断续的节奏"),
}
_LIKENESS = {
    "nearest styles": ("Style: nearest to {first}, then {others}.", "风格：最像 {first}，其次 {others}。"),
    "originality": (" Against the works that were learned from: {report}.", ""),
    "nothing shared": ("", "没有六个音以上与学过的作品相同。"),
    "copied": ("", "与学过的作品最长相同 {notes} 个音（{source}）：很可能引用或就是其中一首。"),
    "usual run": ("", "与学过的作品最长相同 {notes} 个音（{source}），不超过真实作品之间的常见长度。"),
}
_RECORDING = {
    "sound": (
        "A recording of {seconds:.1f} s at {lufs:.1f} LUFS (peak {peak:.1f} dBFS). Its colour is {colour}: half of its "
        "moments have their centre of energy below {hz:.0f} Hz.",
        "录音长 {seconds:.1f} 秒，响度 {lufs:.1f} LUFS，峰值 {peak:.1f} dBFS，音色{colour}（谱质心约 {hz:.0f} 赫兹）。",
    ),
    "bright": ("bright", "明亮"),
    "dark": ("dark", "柔暗"),
    "between": ("neither dark nor bright", "适中"),
    "pulse": ("The pulse is near {qpm:.0f} a minute.", "速度约每分钟 {qpm:.0f} 拍。"),
    "no pulse": ("No steady pulse can be heard.", "听不出固定的速度。"),
    "heard key": (
        "It is in {tonality} ({share:.0%}); {second} comes next.",
        "调性：{tonality}（把握 {share:.0%}），其次可能是{second}。",
    ),
    "no key": ("No key can be heard.", "听不出调性。"),
    "melody": (
        "A single line of {notes} notes was heard in it, {cents:+.0f} cents off A = 440 Hz; the other operations take it "
        "as a melody.",
        "其中听出一条 {notes} 个音的旋律，整体比标准音偏 {cents:+.0f} 音分。",
    ),
    "no melody": (
        "No single line was heard in it: there are several voices at once, or no clear pitch.",
        "没有听出单声部的旋律：可能是多声部，或没有清楚的音高。",
    ),
}
_PICTURES = {
    "Recording": ("Recording", "录音"),
    "Analysis": ("Analysis", "分析"),
    "keyless": ("no key", "无调性"),
    "per minute": ("{qpm:.0f} a minute", "{qpm:.0f} 拍/分"),
    "quarters per minute": ("{qpm:.0f} quarters a minute", "{qpm:.0f} 拍/分"),
    "letters": ("form {letters}", "曲式 {letters}"),
    "bars of": ("bars {first}-{last} of {total}", "第 {first}-{last} 小节，共 {total}"),
    "pitch": ("pitch (MIDI)", "音高"),
    "level (dB)": ("level (dB)", "响度"),
    **same_words({"mel spectrum": "梅尔频谱", "pitch classes": "音级", "seconds": "秒"}),
}

MESSAGES = Catalogue(
    same_words(_FAULTS | _TEXTURES)
    | _CADENCES
    | _SHORT_CADENCES
    | _MOMENTS
    | _PIECE
    | _CHARACTER
    | _LIKENESS
    | _RECORDING
    | _PICTURES
)
"""Kinds of faults and textures by their own names, cadences as "cadence KIND" (told) and "short KIND" (in pictures),
moments as "moment KIND"."""
