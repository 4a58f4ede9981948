"""The readings of an activity, each a function of a happening, in the order of the engine.

orders      follow_order, keep_order_count
perks       log_benefit: what a paid membership saved
points      award_points
metrics     count_metrics
tiers       hold_tier
badges      award_badges
challenges  take_part, count_goals
check_ins   keep_streak
places      pay_prize
bundles     pay: what challenges and seasons promise
"""
