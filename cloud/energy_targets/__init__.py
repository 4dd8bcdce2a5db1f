"""Energy targets by month, area and meter; what a month comes to; tasks (整改任务) where one was missed."""
