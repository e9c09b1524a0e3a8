"""城市参数: policy as data. Every number a city may choose is a setting here, with its default and where it is from."""
