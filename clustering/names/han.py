"""Give the Latin sound a Chinese character most often stands for in names.

Reads the shipped table `data/han_sounds.tsv` (built by `clustering.names.training` by aligning Chinese and English names; CC0 and
CC BY 4.0 sources, see `data/NOTICE`). Knows how far a run of characters looks like a transcribed foreign name. Japanese
readings of kanji are left to the lexicon.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import regex

from clustering.names.data_files import data_file

__all__ = ["HAN_RUN", "SIMPLIFIED", "name_spans", "name_weight", "read_sounds_from", "sound_han"]

HAN_RUN = regex.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々〇]+")

# Traditional (and some Japanese) characters frequent in news, each followed by the simplified one.
_PAIRS = (
    "國国會会來来對对時时說说後后個个們们這这過过還还發发經经開开間间問问關关東东車车長长門门馬马鳥鸟魚鱼風风飛飞麥麦黃黄點点黨党龍龙齊齐"
    "業业義义樂乐買买亂乱爭争於于產产畝亩親亲億亿僅仅從从倉仓儀仪價价眾众優优夥伙傘伞偉伟傳传傷伤倫伦偽伪體体餘余傑杰備备債债傾倾償偿兒儿"
    "蘭兰養养獸兽岡冈冊册寫写軍军農农馮冯沖冲決决況况凍冻淨净準准涼凉減减湊凑幾几鳳凤憑凭凱凯擊击劃划劉刘則则剛刚創创刪删別别劑剂劍剑劇剧"
    "勸劝辦办務务動动勵励勁劲勞劳勢势匯汇區区醫医華华協协單单賣卖盧卢衛卫卻却廠厂廳厅歷历厲厉壓压縣县參参雙双變变葉叶號号嘆叹嚇吓嗎吗啟启"
    "吳吴員员聽听響响啞哑團团園园圍围圖图圓圆聖圣場场壞坏塊块堅坚壇坛墳坟墜坠壘垒壯壮聲声處处復复頭头誇夸奪夺奮奋獎奖奧奥婦妇媽妈婁娄嬌娇"
    "孫孙學学寧宁寶宝實实寵宠審审憲宪宮宫寬宽賓宾將将爾尔塵尘嘗尝堯尧屍尸盡尽層层屬属歲岁豈岂島岛嶺岭峽峡崗岗嶽岳幣币帥帅師师帳帐帶带幫帮"
    "幹干廣广莊庄慶庆廬庐庫库應应廟庙龐庞廢废異异棄弃張张彌弥彎弯彈弹強强歸归當当錄录徹彻徑径憶忆懷怀態态憐怜總总戀恋惡恶惱恼懸悬驚惊懼惧"
    "慘惨懲惩憤愤願愿戲戏戰战戶户撲扑執执擴扩掃扫揚扬擾扰撫抚拋抛搶抢護护報报擔担擬拟攏拢擁拥攔拦擇择掛挂擋挡掙挣擠挤揮挥撈捞損损換换據据"
    "擲掷攜携攝摄擺摆搖摇撐撑敵敌斂敛數数齋斋鬥斗斬斩斷断無无舊旧曠旷晝昼顯显曉晓曬晒暫暂術术樸朴機机殺杀雜杂權权條条楊杨極极構构槍枪標标"
    "樹树棟栋欄栏檢检樓楼橋桥檔档夢梦歐欧歡欢殘残殲歼毀毁畢毕斃毙氣气漢汉湯汤溝沟沒没灣湾滿满滬沪濟济測测濃浓濤涛滅灭澤泽淚泪潔洁濱滨"
    "漲涨潤润漸渐漁渔滲渗溫温遊游濕湿灘滩燈灯靈灵災灾爐炉煉炼熱热煙烟燒烧愛爱爺爷牽牵犧牺狀状猶犹獨独獄狱獵猎獻献瑪玛環环現现瓊琼電电畫画"
    "療疗瘋疯癥症皺皱監监蓋盖盤盘盜盗礦矿碼码確确礎础禮礼禍祸離离種种積积稱称穩稳窮穷競竞筆笔築筑簡简簽签籌筹類类糧粮緊紧糾纠紅红約约級级"
    "紀纪納纳紐纽純纯綱纲縱纵紛纷紙纸紋纹紡纺線线練练組组細细織织終终紹绍結结繞绕繪绘給给絡络絕绝統统繼继續续維维綜综綠绿網网緬缅緩缓編编"
    "緣缘縮缩績绩繩绳罷罢羅罗罰罚聞闻聯联聰聪肅肃腸肠膚肤腎肾腫肿脹胀脅胁膽胆勝胜腦脑臉脸臨临舉举與与興兴艦舰藝艺節节蘇苏藍蓝藥药獲获瑩莹"
    "營营薩萨蕭萧虛虚蟲虫雖虽蝕蚀補补裝装襲袭見见觀观規规視视覺觉觸触譽誉計计訂订認认討讨讓让訓训議议訊讯記记講讲許许論论設设訪访證证評评"
    "識识詐诈訴诉診诊詞词試试詩诗誠诚話话詢询該该詳详語语誤误請请諸诸諾诺讀读課课誰谁調调談谈謀谋謝谢謠谣譜谱貝贝負负貢贡財财責责賢贤敗败"
    "貨货質质販贩貧贫購购貫贯貿贸費费賀贺賊贼資资賽赛贊赞賠赔賴赖賺赚贏赢趙赵趕赶趨趋躍跃踐践蹤踪軌轨軒轩轉转輪轮軟软轟轰輕轻載载較较輔辅"
    "輛辆輩辈輝辉輸输轄辖邊边達达遷迁運运進进遠远違违連连遲迟適适選选遜逊遞递邏逻遺遗鄧邓鄭郑鄰邻醬酱釋释鑒鉴針针釘钉鈍钝鈔钞鋼钢鑰钥欽钦"
    "鐘钟鈉钠鈕钮錢钱鉗钳鑽钻鐵铁鉛铅銅铜銀银鋪铺鏈链銷销鎖锁錯错錫锡鍋锅鋒锋鍵键鎮镇鏡镜閃闪閉闭閱阅闊阔隊队陽阳陰阴陣阵階阶際际陸陆陳陈"
    "險险隨随隱隐難难霧雾韋韦韓韩頁页頂顶項项順顺須须頓顿預预領领頻频題题額额顏颜顧顾飯饭飲饮飾饰餅饼館馆駐驻駛驶駕驾騎骑騙骗驗验驅驱馳驰"
    "鮑鲍魯鲁鮮鲜鯨鲸鴻鸿鵬鹏鷹鹰麗丽齒齿龜龟臺台灘滩澀涩濫滥獅狮頗颇騰腾謙谦爛烂籃篮堿碱羈羁靜静寧宁對对験验戦战沢泽浜滨関关発发気气"
    "対对広广実实図图売卖経经済济続续総总権权観观労劳単单応应変变伝传転转軽轻県县歩步"
)
SIMPLIFIED = {ord(_PAIRS[i]): _PAIRS[i + 1] for i in range(0, len(_PAIRS), 2)}


def _read_table(path: Path) -> tuple[dict[str, str], dict[str, float]]:
    sounds: dict[str, str] = {}
    weights: dict[str, float] = {}
    if not path.exists():
        return sounds, weights
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#"):
                continue
            char, sound, weight = line.rstrip("\n").split("\t")
            sounds[char] = sound
            weights[char] = float(weight)
    return sounds, weights


@cache
def _load() -> tuple[dict[str, str], dict[str, float]]:
    return _read_table(data_file("han_sounds.tsv"))


def read_sounds_from(path: Path) -> None:
    """Use another sound table from now on (training builds the lexicon with the table it has just made)."""
    sounds, weights = _load()
    fresh_sounds, fresh_weights = _read_table(path)
    sounds.clear()
    sounds.update(fresh_sounds)
    weights.clear()
    weights.update(fresh_weights)


def name_weight(char: str) -> float:
    """Give a character's log-odds of names against running text, 0 when unknown."""
    return _load()[1].get(char, 0.0)


def sound_han(run: str) -> str:
    """Write a run of Chinese characters by their most frequent sounds; unknown characters are left out."""
    sounds, _ = _load()
    return "".join(sounds.get(char, "") for char in run.translate(SIMPLIFIED))


def name_spans(run: str, min_length: int = 3, max_length: int = 8) -> list[str]:
    """Find the stretches of a run (simplified characters) that look like a transcribed foreign name, best first.

    Each character has a log-odds weight: how much more often it occurs in foreign names than in running text. A stretch is a
    maximal positive sum whose every character is known in names.
    """
    _, weights = _load()
    spans: list[tuple[float, str]] = []
    position, length = 0, len(run)
    while position < length:
        if weights.get(run[position], -1.0) <= 0.3:
            position += 1
            continue
        end, total, best_end, best = position, 0.0, position, 0.0
        while end < length and end - position < max_length:
            weight = weights.get(run[end], -3.0)
            total += weight
            end += 1
            if total > best:
                best, best_end = total, end
            if weight < -1.0 or total < 0:
                break
        if best_end - position >= min_length and best >= 1.2 * min_length:
            spans.append((best, run[position:best_end]))
        position = max(best_end, position + 1)
    return [span for _, span in sorted(spans, key=lambda item: (-item[0], item[1]))]
