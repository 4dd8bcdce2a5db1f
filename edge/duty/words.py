"""The words of the duty page, Chinese and English."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("本地值班页", "Local duty page"),
    "name": ("姓名", "Name"),
    "password": ("密码", "Password"),
    "log_in": ("登录", "Log in"),
    "log_out": ("退出", "Log out"),
    "wrong": ("姓名或密码错误", "Wrong name or password"),
    "wait": ("尝试过多,请 {} 秒后再试", "Too many tries: wait {} s"),
    "other": ("English", "中文"),
    "arm": ("点击启用报警声音", "Click to switch the alarm sound on"),
    "armed": ("声音已启用", "Sound is on"),
    "try_sound": ("试音", "Test sound"),
    "connected": ("云端已连接", "Cloud connected"),
    "away": ("云端中断,在此处理报警", "Cloud away: answer alarms here"),
    "no_cloud": ("未设云端", "No cloud set"),
    "waiting": ("{} 条事件待上传", "{} events to be sent"),
    "none": ("无活动报警", "No active alarms"),
    "none_known": ("已知范围内无报警,但有设备状态未知", "No alarm as far as is known; some equipment is unknown"),
    "more": ("另有 {} 条未显示", "{} more are not shown"),
    "since": ("始于", "since"),
    "open": ("打开", "Open"),
    "close": ("返回", "Back"),
    "acknowledge": ("接警", "Acknowledge"),
    "acknowledge_all": ("其余 {} 条一并接警(不含生命安全)", "Acknowledge the other {} (no life safety)"),
    "acknowledged": ("已接警", "Acknowledged"),
    "by_page": ("本页", "here"),
    "by_cloud": ("云端", "in the cloud"),
    "unacknowledged": ("未接警", "Not acknowledged"),
    "life": ("生命安全", "Life safety"),
    "priority_1": ("紧急", "Critical"),
    "priority_2": ("高", "High"),
    "priority_3": ("中", "Medium"),
    "priority_4": ("低", "Low"),
    "active": ("报警中", "Active"),
    "latched": ("已恢复,待复位", "Returned, to be reset"),
    "cleared": ("已恢复,未接警", "Returned, not acknowledged"),
    "suppressed": ("抑制", "Suppressed"),
    "out_of_service": ("停用", "Out of service"),
    "not_known": ("当前状态未知", "State now unknown"),
    "drill": ("演练", "Drill"),
    "test": ("测试", "Test"),
    "steps": ("先做什么", "First steps"),
    "no_steps": ("无预置步骤,请按预案处置", "No steps are given: follow the site's plan"),
    "unknown": ("状态未知的设备", "Equipment whose state is unknown"),
    "points": ("{} / {} 点未知", "{} of {} points unknown"),
    "lost": ("与网关失去联系:以下为 {} 秒前的情况", "No contact with the gateway: this is {} s old"),
    "ended": ("登录已失效,请重新登录", "The log-in has ended: log in again"),
    "ends": ("{} 分钟后需重新登录", "Log in again within {} min"),
    "changed": ("该报警已有变化,请看最新情况", "This alarm has changed: look again"),
    "open_first": ("生命安全报警须逐条打开接警", "A life-safety alarm is acknowledged one by one, by opening it"),
    "failed": ("未完成,请再试", "Not done: try again"),
    "clock": ("网关时钟不可信", "The gateway's clock is not trusted"),
    "sounder": ("声光警报器故障", "The sounder-beacon fails"),
    "value": ("值", "Value"),
    "limit": ("限值", "Limit"),
}


def words(*, english: bool) -> dict[str, str]:
    """All of them in one language."""
    return {key: both[english] for key, both in WORDS.items()}
