"""Six provinces' bills against hand calculations: each step stands beside its figure, none is made by our code."""

from __future__ import annotations

from datetime import date

from facility.energy.bill import Contract, Period
from tests.facility.energy.steady_estate import D, amounts, billed, energy_lines, parts_list, priced


def test_hubei_january_with_new_year_and_a_price_change_on_the_16th() -> None:
    # Hours of any January day: valley 0-6 (600+15=615) and 12-14 (225) = 840; peak 16-18 (233) and 20-24 (486) = 719;
    # sharp 18-20 = 237; flat 6-12 (651) and 14-16 (229) = 880; together 2 676. New Year changes nothing in Hubei.
    # Ratios of January: sharp 2.0, peak 1.49, valley 0.45. Fixed part 0.1512 + 0.0293 = 0.1805.
    # 1-15 (15 days), floating 0.4210:
    #   sharp 0.8420 + 0.1805 = 1.0225;      237·15 =  3 555 kWh -> 3 634.9875 -> 3 634.99
    #   peak  0.62729 + 0.1805 = 0.80779;    719·15 = 10 785 kWh -> 8 712.01515 -> 8 712.02
    #   flat  0.4210 + 0.1805 = 0.6015;      880·15 = 13 200 kWh -> 7 939.80
    #   valley 0.18945 + 0.1805 = 0.36995;   840·15 = 12 600 kWh -> 4 661.37
    # 16-31 (16 days), floating 0.4388:
    #   sharp 0.8776 + 0.1805 = 1.0581;      3 792 kWh -> 4 012.3152 -> 4 012.32
    #   peak  0.653812 + 0.1805 = 0.834312; 11 504 kWh -> 9 597.925248 -> 9 597.93
    #   flat  0.4388 + 0.1805 = 0.6193;     14 080 kWh -> 8 719.744 -> 8 719.74
    #   valley 0.19746 + 0.1805 = 0.37796;  13 440 kWh -> 5 079.7824 -> 5 079.78
    # Energy: 24 948.18 + 27 409.77 = 52 357.95.
    # Basic, 630 kVA: 26·630·15/31 = 7 925.806 -> 7 925.81; 27.5·630·16/31 = 8 941.935 -> 8 941.94.
    # Funds: 40 140 kWh·0.0293 = 1 176.102 -> 1 176.10; 42 816·0.0293 = 1 254.5088 -> 1 254.51; together 2 430.61.
    # Power factor: 82 956 kWh, 49 600 kvarh: tan = 0.5979, cos = 0.8583 -> 0.86; four below 0.90: 4·0.5 % = +2 %.
    #   (52 357.95 + 7 925.81 + 8 941.94 - 2 430.61)·0.02 = 66 795.09·0.02 = 1 335.9018 -> 1 335.90.
    # Total 52 357.95 + 16 867.75 + 1 335.90 = 70 561.60.
    tariff = priced(
        "hubei",
        parts_list("2026-01-01", "0.4210", "0.1512", "0.0293", capacity="26"),
        parts_list("2026-01-16", "0.4388", "0.1512", "0.0293", capacity="27.5"),
    )
    contract = Contract.model_validate(
        {"from": "2025-01-01", "tariff": "hubei", "kva": 630, "basic": "capacity", "power_factor": "0.90"}
    )
    told = billed(tariff, contract, Period(date(2026, 1, 1), date(2026, 1, 31), reactive_kvarh=D(49_600)))
    assert energy_lines(told) == [
        ("sharp", D(3_555), D("1.0225"), D("3634.99")),
        ("peak", D(10_785), D("0.80779"), D("8712.02")),
        ("flat", D(13_200), D("0.6015"), D("7939.80")),
        ("valley", D(12_600), D("0.36995"), D("4661.37")),
        ("sharp", D(3_792), D("1.0581"), D("4012.32")),
        ("peak", D(11_504), D("0.834312"), D("9597.93")),
        ("flat", D(14_080), D("0.6193"), D("8719.74")),
        ("valley", D(13_440), D("0.37796"), D("5079.78")),
    ]
    assert amounts(told) == [("basic", D("7925.81")), ("basic", D("8941.94")), ("power_factor", D("1335.90"))]
    assert told.funds == D("2430.61")
    assert told.factor == D("0.86")
    assert told.total == D("70561.60")
    assert told.complete


def test_jiangsu_october_with_the_national_holiday_and_a_price_change_on_the_16th() -> None:
    # Peak 8-11 (327) and 17-22 (595) = 922; valley 0-8 = 828; flat 11-17 (681) and 22-24 (245) = 926.
    # 1-7 October are holidays: deep valley 11-15 = 450, so flat is 15-17 (231) and 22-24 (245) = 476.
    # Ratios: peak 1.7196, valley 0.4185, deep valley 0.8·0.4185 = 0.3348. Fixed 0.1357 + 0.0276 = 0.1633.
    # 1-15, floating 0.4567:
    #   peak 0.78534132 + 0.1633 -> 0.948641; 922·15 = 13 830 -> 13 119.705 -> 13 119.71
    #   flat 0.6200; 476·7 + 926·8 = 3 332 + 7 408 = 10 740 -> 6 658.80
    #   valley 0.19112895 + 0.1633 -> 0.354429; 828·15 = 12 420 -> 4 402.00818 -> 4 402.01
    #   deep 0.15290316 + 0.1633 -> 0.316203; 450·7 = 3 150 -> 996.03945 -> 996.04
    # 16-31, floating 0.4601:
    #   peak 0.79118796 + 0.1633 -> 0.954488; 14 752 -> 14 080.606976 -> 14 080.61
    #   flat 0.6234; 14 816 -> 9 236.2944 -> 9 236.29
    #   valley 0.19255185 + 0.1633 -> 0.355852; 13 248 -> 4 714.327296 -> 4 714.33
    # Energy 25 176.56 + 28 031.23 = 53 207.79.
    # Demand read 342.6 kW, above 40 % of 630 kVA (252): 342.6·40.2·15/31 = 6 664.1226 -> 6 664.12,
    #   ·16/31 = 7 108.3974 -> 7 108.40.
    # Funds 40 140·0.0276 = 1 107.864 -> 1 107.86; 42 816·0.0276 = 1 181.7216 -> 1 181.72.
    # Power factor: 82 956 and 20 000: tan 0.2411, cos 0.9721 -> 0.97: at least 0.95, -0.75 %.
    #   (53 207.79 + 13 772.52 - 2 289.58)·0.0075 = 64 690.73·0.0075 = 485.180 -> -485.18. Total 66 495.13.
    tariff = priced(
        "jiangsu",
        parts_list("2026-10-01", "0.4567", "0.1357", "0.0276", demand="40.2"),
        parts_list("2026-10-16", "0.4601", "0.1357", "0.0276", demand="40.2"),
    )
    contract = Contract.model_validate(
        {"from": "2025-01-01", "tariff": "jiangsu", "kva": 630, "basic": "actual_demand", "power_factor": "0.90"}
    )
    period = Period(date(2026, 10, 1), date(2026, 10, 31), demand_kw=D("342.6"), reactive_kvarh=D(20_000))
    told = billed(tariff, contract, period)
    assert energy_lines(told) == [
        ("peak", D(13_830), D("0.948641"), D("13119.71")),
        ("flat", D(10_740), D("0.62"), D("6658.80")),
        ("valley", D(12_420), D("0.354429"), D("4402.01")),
        ("deep_valley", D(3_150), D("0.316203"), D("996.04")),
        ("peak", D(14_752), D("0.954488"), D("14080.61")),
        ("flat", D(14_816), D("0.6234"), D("9236.29")),
        ("valley", D(13_248), D("0.355852"), D("4714.33")),
    ]
    assert amounts(told) == [("basic", D("6664.12")), ("basic", D("7108.40")), ("power_factor", D("-485.18"))]
    assert told.total == D("66495.13")


def test_gansu_april_with_tomb_sweeping_day_and_a_price_change_on_the_11th() -> None:
    # Peak 6-8 (213) and 18-23 (600) = 813; valley 10-16 = 675; flat 2 676 - 1 488 = 1 188. Energy only (单一制).
    # 1-10, 0.2987 floating, 0.1688 + 0.0245 = 0.1933 fixed:
    #   peak 0.44805 + 0.1933 = 0.64135;  8 130 -> 5 214.1755 -> 5 214.18
    #   flat 0.4920; 11 880 -> 5 844.96
    #   valley 0.14935 + 0.1933 = 0.34265; 6 750 -> 2 312.8875 -> 2 312.89
    # 11-30, 0.3012 floating, 0.1688 + 0.0251 = 0.1939 fixed:
    #   peak 0.4518 + 0.1939 = 0.6457; 16 260 -> 10 499.082 -> 10 499.08
    #   flat 0.4951; 23 760 -> 11 763.576 -> 11 763.58
    #   valley 0.1506 + 0.1939 = 0.3445; 13 500 -> 4 650.75
    # Energy 13 372.03 + 26 913.41 = 40 285.44. Funds 26 760·0.0245 = 655.62; 53 520·0.0251 = 1 343.352 -> 1 343.35.
    # Power factor, standard 0.85: 80 280 and 34 200: tan 0.426009, cos 0.919996 -> 0.92:
    #   five up to 0.90 at 0.1 % and two at 0.15 %: -0.8 %. (40 285.44 - 1 998.97)·0.008 = 306.29176 -> -306.29.
    # Total 39 979.15.
    tariff = priced(
        "gansu",
        parts_list("2026-04-01", "0.2987", "0.1688", "0.0245"),
        parts_list("2026-04-11", "0.3012", "0.1688", "0.0251"),
    )
    contract = Contract.model_validate({"from": "2025-01-01", "tariff": "gansu", "kva": 250, "power_factor": "0.85"})
    told = billed(tariff, contract, Period(date(2026, 4, 1), date(2026, 4, 30), reactive_kvarh=D(34_200)))
    assert energy_lines(told) == [
        ("peak", D(8_130), D("0.64135"), D("5214.18")),
        ("flat", D(11_880), D("0.492"), D("5844.96")),
        ("valley", D(6_750), D("0.34265"), D("2312.89")),
        ("peak", D(16_260), D("0.6457"), D("10499.08")),
        ("flat", D(23_760), D("0.4951"), D("11763.58")),
        ("valley", D(13_500), D("0.3445"), D("4650.75")),
    ]
    assert amounts(told) == [("power_factor", D("-306.29"))]
    assert told.total == D("39979.15")


def test_henan_a_reading_period_over_the_change_of_the_windows_and_dragon_boat() -> None:
    # 2024-05-21 … 06-20 (31 days); the windows and ratios change on 06-01, the price list does not.
    # Old, 11 days: valley 23-24 (123) and 0-7 (721) = 844; peak 10-14 (446) and 17-21 (474) = 920; flat 912.
    # New, 20 days of June: valley 0-7 = 721; peak 16-24 = 956; flat 999; no sharp in June.
    # Floating 0.4105; fixed 0.2210 + 0.0413 = 0.2623.
    #   old peak 0.4105·1.64 + 0.2623 = 0.93552; 10 120 -> 9 467.4624 -> 9 467.46
    #   new peak 0.4105·1.72 + 0.2623 = 0.96836; 19 120 -> 18 515.0432 -> 18 515.04
    #   flat 0.6728; 912·11 + 999·20 = 10 032 + 19 980 = 30 012 -> 20 192.0736 -> 20 192.07
    #   old valley 0.168305 + 0.2623 = 0.430605; 9 284 -> 3 997.73682 -> 3 997.74
    #   new valley 0.184725 + 0.2623 = 0.447025; 14 420 -> 6 446.1005 -> 6 446.10
    # Energy 58 618.41. Funds 82 956·0.0413 = 3 426.0828 -> 3 426.08.
    # Contract demand 160 kW (more than 40 % of 315 = 126): 160·36 = 5 760.00.
    #   Read 178.4: over 105 % (168) by 10.4, twice: 20.8·36 = 748.80.
    # Power factor: 82 956 and 88 000: tan 1.0608, cos 0.6859 -> 0.69: 10 % + 1 % = +11 %.
    #   (58 618.41 + 5 760 + 748.80 - 3 426.08)·0.11 = 61 701.13·0.11 = 6 787.1243 -> 6 787.12. Total 71 914.33.
    tariff = priced("henan", parts_list("2024-01-01", "0.4105", "0.2210", "0.0413", demand="36"))
    contract = Contract.model_validate(
        {
            "from": "2024-01-01", "tariff": "henan", "kva": 315, "basic": "contract_demand", "contract_kw": 160,
            "power_factor": "0.90",
        }
    )  # fmt: skip
    period = Period(date(2024, 5, 21), date(2024, 6, 20), demand_kw=D("178.4"), reactive_kvarh=D(88_000))
    told = billed(tariff, contract, period)
    assert sorted(energy_lines(told)) == sorted(
        [
            ("peak", D(10_120), D("0.93552"), D("9467.46")),
            ("peak", D(19_120), D("0.96836"), D("18515.04")),
            ("flat", D(30_012), D("0.6728"), D("20192.07")),
            ("valley", D(9_284), D("0.430605"), D("3997.74")),
            ("valley", D(14_420), D("0.447025"), D("6446.10")),
        ]
    )
    assert amounts(told) == [("basic", D("5760.00")), ("excess", D("748.80")), ("power_factor", D("6787.12"))]
    assert told.total == D("71914.33")


def test_shanxi_may_with_labour_day_relief_and_a_price_change_on_the_11th() -> None:
    # Peak 8-11 (327) and 17-23 (717) = 1 044; valley 0-7 (721) and 11-13 (223) = 944; flat 688.
    # 1-5 May: 11-13 is deep valley (223) instead of valley, which is 721 then.
    # 1-10, 0.3920 floating, fixed 0.1206 + 0.0318 = 0.1524:
    #   peak 0.6272 + 0.1524 = 0.7796; 10 440 -> 8 139.024 -> 8 139.02
    #   flat 0.5444; 6 880 -> 3 745.472 -> 3 745.47
    #   valley 0.1764 + 0.1524 = 0.3288; 721·5 + 944·5 = 8 325 -> 2 737.26
    #   deep 0.3920·0.36 + 0.1524 = 0.29352; 1 115 -> 327.2748 -> 327.27
    # 11-31, 0.3875 floating:
    #   peak 0.62 + 0.1524 = 0.7724; 21 924 -> 16 934.0976 -> 16 934.10
    #   flat 0.5399; 14 448 -> 7 800.4752 -> 7 800.48
    #   valley 0.174375 + 0.1524 = 0.326775; 19 824 -> 6 477.9876 -> 6 477.99
    # Energy 14 949.02 + 31 212.57 = 46 161.59.
    # Demand read 110 kW, least 40 % of 315 kVA = 126 kW. 82 956/315 = 263.35 kWh a kVA, at least 260: price × 0.9.
    #   126·35·0.9·10/31 = 1 280.3226 -> 1 280.32; 126·36·0.9·21/31 = 2 765.4968 -> 2 765.50. Total 50 207.41.
    relief = {"kwh_per_kva": 260, "share": "0.9"}
    tariff = priced(
        "shanxi",
        parts_list("2026-05-01", "0.3920", "0.1206", "0.0318", demand="35", relief=relief),
        parts_list("2026-05-11", "0.3875", "0.1206", "0.0318", demand="36", relief=relief),
    )
    contract = Contract.model_validate(
        {"from": "2025-01-01", "tariff": "shanxi", "kva": 315, "basic": "actual_demand"}
    )  # fmt: skip
    told = billed(tariff, contract, Period(date(2026, 5, 1), date(2026, 5, 31), demand_kw=D(110)))
    assert energy_lines(told) == [
        ("peak", D(10_440), D("0.7796"), D("8139.02")),
        ("flat", D(6_880), D("0.5444"), D("3745.47")),
        ("valley", D(8_325), D("0.3288"), D("2737.26")),
        ("deep_valley", D(1_115), D("0.29352"), D("327.27")),
        ("peak", D(21_924), D("0.7724"), D("16934.10")),
        ("flat", D(14_448), D("0.5399"), D("7800.48")),
        ("valley", D(19_824), D("0.326775"), D("6477.99")),
    ]
    assert amounts(told) == [("basic", D("1280.32")), ("basic", D("2765.50"))]
    assert told.total == D("50207.41")


def test_beijing_january_by_published_prices_with_fees_and_a_change_on_the_10th() -> None:
    # Sharp 18-21 (300+57) = 357; peak 10-13 (333), 17-18 (117), 21-22 (121) = 571; valley 23-24 (123) and 0-7 (721)
    # = 844; flat 2 676 - 1 772 = 904.
    # 1-9: sharp 3 213·1.1836 = 3 802.9068 -> 3 802.91; peak 5 139·1.0412 = 5 350.7268 -> 5 350.73;
    #      flat 8 136·0.7469 = 6 076.7784 -> 6 076.78; valley 7 596·0.4628 = 3 515.4288 -> 3 515.43
    # 10-31: sharp 7 854·1.2031 = 9 449.1474 -> 9 449.15; peak 12 562·1.0587 = 13 299.3894 -> 13 299.39;
    #      flat 19 888·0.7601 = 15 116.8688 -> 15 116.87; valley 18 568·0.4719 = 8 762.2392 -> 8 762.24
    # Energy 18 745.85 + 46 627.65 = 65 373.50.
    # Basic 500 kVA·32: ·9/31 = 4 645.1613 -> 4 645.16; ·22/31 = 11 354.8387 -> 11 354.84.
    # Power factor 82 956 and 40 178: tan 0.484329, cos 0.89999755 -> 0.90 as rounded: nothing is added.
    # Fees: 120 a month·9/31 = 34.8387 -> 34.84; 1.25 a day·9 = 11.25; then 150·22/31 = 106.4516 -> 106.45; 27.50.
    # Total 65 373.50 + 16 000.00 + 0.00 + 180.04 = 81 553.54.
    def fees(month: str) -> list[dict[str, object]]:
        named = {"zh": "费用", "en": "fee"}
        return [
            {"id": "service", "name": named, "amount": month},
            {"id": "meter", "name": named, "amount": "1.25", "per": "day"},
        ]

    fund = [{"id": "fund", "name": {"zh": "基金", "en": "fund"}, "price": "0.0271", "fund": True}]
    before = {"sharp": "1.1836", "peak": "1.0412", "flat": "0.7469", "valley": "0.4628"}
    after = {"sharp": "1.2031", "peak": "1.0587", "flat": "0.7601", "valley": "0.4719"}
    tariff = priced(
        "beijing",
        {"from": "2026-01-01", "bands": before, "components": fund, "capacity": 32, "fees": fees("120")},
        {"from": "2026-01-10", "bands": after, "components": fund, "capacity": 32, "fees": fees("150")},
    )
    contract = Contract.model_validate(
        {"from": "2025-01-01", "tariff": "beijing", "kva": 500, "basic": "capacity", "power_factor": "0.90"}
    )
    told = billed(tariff, contract, Period(date(2026, 1, 1), date(2026, 1, 31), reactive_kvarh=D(40_178)))
    assert [line[3] for line in energy_lines(told)] == [
        D("3802.91"), D("5350.73"), D("6076.78"), D("3515.43"),
        D("9449.15"), D("13299.39"), D("15116.87"), D("8762.24"),
    ]  # fmt: skip
    assert amounts(told) == [
        ("basic", D("4645.16")),
        ("basic", D("11354.84")),
        ("power_factor", D("0.00")),
        ("fee", D("34.84")),
        ("fee", D("11.25")),
        ("fee", D("106.45")),
        ("fee", D("27.50")),
    ]
    assert told.total == D("81553.54")
