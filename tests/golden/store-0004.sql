BEGIN TRANSACTION;
CREATE TABLE batches (
	"key" VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	source TEXT NOT NULL, 
	main TEXT NOT NULL, 
	reactions JSON NOT NULL, 
	archive BLOB NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_batches PRIMARY KEY ("key")
);
INSERT INTO "batches" VALUES('94d6601ab3c209922c17d48c7aa2185caa6e1fc9c79de2640f2d7e052c0be11c','golden','golden.smi','golden.smi','[]',X'504B0304140000000800000021005A99CABF0A000000080000000A000000676F6C64656E2E736D69F357284F2C492DE20200504B01021403140000000800000021005A99CABF0A000000080000000A0000000000000000000000800100000000676F6C64656E2E736D69504B0506000000000100010038000000320000000000','2026-11-22 00:00:00.000000');
CREATE TABLE documents (
	result_id VARCHAR(64) NOT NULL, 
	document TEXT NOT NULL, 
	CONSTRAINT pk_documents PRIMARY KEY (result_id), 
	CONSTRAINT fk_documents_result_id FOREIGN KEY(result_id) REFERENCES results (id) ON DELETE CASCADE
);
INSERT INTO "documents" VALUES('83b66fc58a9d734cb57bf0188ac1a6602129b6c672fdc9676229822471f4f9ae','{"row":0,"name":"","input":"","source":{"file":"","frame":0},"status":"ok","key":"0f4168490e38b8447e11ba4bd656aa11b925bd22af30bac464bc153fdb608501","reused":false,"duplicate_of":null,"series":null,"coordinate":null,"settings":{"basis":"sto-3g","frozen_core":true,"active_space":"10,7","max_qubits":12,"orbitals":"mp2-natural","full_space":"auto","mapping":"jordan-wigner","ansatz":"uccsd","start":"ccsd","backend":"sector","optimizer":"l-bfgs","gradient_tolerance":1e-05,"max_iterations":200,"seed":7,"solvent":"none","shots":null,"conformer":{"refine":"auto","candidates":8,"embed_seconds":20.0},"limits":{"seconds":3600.0,"memory_gb":8.0,"threads":1}},"failure":null,"warnings":[],"molecule":{"smiles":"O","inchikey":null,"formula":"H2O","charge":0,"multiplicity":1,"n_electrons":10,"geometry_source":"read from the input","geometry":[["O",0.0,0.0,0.117176],["H",0.0,0.75695,-0.468706],["H",0.0,-0.75695,-0.468706]]},"problem":{"basis":"sto-3g","ecp":null,"n_core_orbitals":1,"reference":"rhf","scf_solution":{"stable":true,"followed_from":null},"n_qubits":14,"n_qubits_tapered":null,"active_electrons":[5,5],"active_orbitals":7,"orbitals":"mp2-natural","selection_reason":"10 electrons in 7 orbitals, as the batch asked","core_energy":-22.4888784,"solvent":"none"},"energies":{"active":{"hf":{"value":-74.962928,"status":"ok","reason":null,"s2":0.0},"mp2":{"value":-74.9950874,"status":"ok","reason":null,"s2":null},"ccsd":{"value":-75.012288,"status":"ok","reason":null,"s2":null},"ccsd_t":{"value":-75.0123576,"status":"ok","reason":null,"s2":null},"casci":{"value":-75.012404,"status":"ok","reason":null,"s2":0.0},"vqe":{"value":-75.0123033,"status":"ok","reason":null,"s2":1e-07},"nevpt2":{"value":null,"status":"not-requested","reason":"not built yet","s2":null},"vqe_nevpt2":{"value":null,"status":"not-requested","reason":"not built yet","s2":null}},"full":{"hf":{"value":-74.962928,"status":"ok","reason":null,"s2":0.0},"mp2":{"value":-75.002288,"status":"ok","reason":null,"s2":null},"ccsd":{"value":-75.012288,"status":"ok","reason":null,"s2":null},"ccsd_t":{"value":-75.012357,"status":"ok","reason":null,"s2":null},"ccsd_unrestricted":{"value":null,"status":"not-applicable","reason":"the restricted solution is stable","s2":null},"ccsd_t_unrestricted":{"value":null,"status":"not-applicable","reason":"the restricted solution is stable","s2":null}}},"vqe":{"status":"converged","ansatz":"uccsd","mapping":"jordan-wigner","backend":"sector","optimizer":"l-bfgs","start":"ccsd","start_energy":-75.01119777999999,"n_parameters":26,"parameters":[0.01,-0.005,0.0033333333333333335,-0.0025,0.002,-0.0016666666666666668,0.0014285714285714286,-0.00125,0.0011111111111111111,-0.001,0.0009090909090909091,-0.0008333333333333334,0.0007692307692307692,-0.0007142857142857143,0.0006666666666666666,-0.000625,0.0005882352941176471,-0.0005555555555555556,0.0005263157894736842,-0.0005,0.0004761904761904762,-0.00045454545454545455,0.0004347826086956522,-0.0004166666666666667,0.0004,-0.0003846153846153846],"gradient_norm":5.011872336272726e-05,"n_evaluations":12,"shots":null,"stderr":null,"seed":7,"two_qubit_gates":1248,"depth":2340,"trace":[{"evaluation":1,"energy":-75.01119777999999,"gradient_norm":0.1},{"evaluation":2,"energy":-75.01199172213018,"gradient_norm":0.05011872336272723},{"evaluation":3,"energy":-75.01221548542499,"gradient_norm":0.0251188643150958},{"evaluation":4,"energy":-75.01227855049007,"gradient_norm":0.012589254117941677},{"evaluation":5,"energy":-75.01229632464036,"gradient_norm":0.006309573444801934},{"evaluation":6,"energy":-75.01230133407654,"gradient_norm":0.0031622776601683794},{"evaluation":7,"energy":-75.01230274592749,"gradient_norm":0.0015848931924611143},{"evaluation":8,"energy":-75.01230314384115,"gradient_norm":0.0007943282347242814},{"evaluation":9,"energy":-75.01230325598846,"gradient_norm":0.00039810717055349735},{"evaluation":10,"energy":-75.01230328759586,"gradient_norm":0.00019952623149688807},{"evaluation":11,"energy":-75.01230329650404,"gradient_norm":0.0001},{"evaluation":12,"energy":-75.0123032990147,"gradient_norm":5.011872336272726e-05}],"circuit_check":null},"comparison":{"vqe_minus_hf_mha":-49.37529999999413,"vqe_minus_ccsd_mha":-0.015300000001161607,"vqe_minus_casci_mha":0.1007000000043945,"solver":{"judge":"casci","judge_uncertainty_mha":1e-06,"vqe_minus_judge_mha":0.1007000000043945,"vqe_minus_judge_kcal_mol":0.06319020404090168,"within_1_kcal_mol":true,"verdict":"reproduces"},"model":{"verdict":"supported","active_share_of_correlation":1.0009508588077696,"full_space_judge":"ccsd_t"},"correlation_recovered":0.9979646697387744,"correlation_recovered_reason":null,"ladder":[{"step":"correlation that VQE finds: VQE - HF","mha":-49.37529999999413,"bound":"exact","source":"same Hamiltonian"},{"step":"ansatz and optimiser: VQE - CASCI","mha":0.1007000000043945,"bound":"exact","source":"same Hamiltonian"},{"step":"triple excitations: full CCSD(T) - full CCSD","mha":-0.068999999996322,"bound":"estimate","source":"perturbative"},{"step":"basis set","mha":null,"bound":"unknown","source":"no second basis was run"}],"headline":"VQE reproduces the CASCI energy of its Hamiltonian; the Hamiltonian itself is supported. Simulated classically.","explanation":"The circuit and the exact diagonalisation saw the same Hamiltonian. How well that Hamiltonian describes the molecule is a question of basis and space."},"diagnostics":{"space":"full","t1":0.009,"d1":0.018,"max_t2":0.06,"natural_occupations":[1.98,1.97,0.03,0.02],"unrestricted_natural_occupations":null,"scf_stable_internal":true,"scf_stable_external":true,"triples_share":0.02,"may_ccsd_judge":true,"flag":"green","reasons":["T1 0.009 is below 0.02"],"interest":"classical-suffices"},"seconds":{"conformer":0.4,"scf":0.12,"problem":0.05,"reference":0.31,"vqe":0.48,"circuit_check":0.9,"total":2.26},"extra":{}}');
INSERT INTO "documents" VALUES('9abef1e483861e207ff720ee8173cc82de3cf0aae14462a63eb30234f79c5b38','{"row":0,"name":"","input":"","source":{"file":"","frame":0},"status":"refused","key":null,"reused":false,"duplicate_of":null,"series":null,"coordinate":null,"settings":{},"failure":{"stage":"intake","code":"INVALID_MOLECULE","message":"SMILES ''C1CC(=O'' cannot be parsed: unclosed ring 1","hint":"check the ring closures and brackets"},"warnings":[],"molecule":null,"problem":null,"energies":null,"vqe":null,"comparison":null,"diagnostics":null,"seconds":{"conformer":null,"scf":null,"problem":null,"reference":null,"vqe":null,"circuit_check":null,"total":null},"extra":{}}');
CREATE TABLE energies (
	result_id VARCHAR(64) NOT NULL, 
	space VARCHAR(8) NOT NULL, 
	method VARCHAR(32) NOT NULL, 
	value FLOAT, 
	status VARCHAR(16) NOT NULL, 
	s2 FLOAT, 
	CONSTRAINT pk_energies PRIMARY KEY (result_id, space, method), 
	CONSTRAINT fk_energies_result_id FOREIGN KEY(result_id) REFERENCES results (id) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "energies" VALUES('83b66fc58a9d734cb57bf0188ac1a6602129b6c672fdc9676229822471f4f9ae','active','casci',-75.012404,'ok',0.0);
INSERT INTO "energies" VALUES('83b66fc58a9d734cb57bf0188ac1a6602129b6c672fdc9676229822471f4f9ae','active','ccsd',-75.012288,'ok',NULL);
INSERT INTO "energies" VALUES('83b66fc58a9d734cb57bf0188ac1a6602129b6c672fdc9676229822471f4f9ae','active','ccsd_t',-75.0123576,'ok',NULL);
INSERT INTO "energies" VALUES('83b66fc58a9d734cb57bf0188ac1a6602129b6c672fdc9676229822471f4f9ae','active','hf',-74.962928,'ok',0.0);
INSERT INTO "energies" VALUES('83b66fc58a9d734cb57bf0188ac1a6602129b6c672fdc9676229822471f4f9ae','active','mp2',-74.9950874,'ok',NULL);
INSERT INTO "energies" VALUES('83b66fc58a9d734cb57bf0188ac1a6602129b6c672fdc9676229822471f4f9ae','active','vqe',-75.0123033,'ok',1.0e-07);
INSERT INTO "energies" VALUES('83b66fc58a9d734cb57bf0188ac1a6602129b6c672fdc9676229822471f4f9ae','full','ccsd',-75.012288,'ok',NULL);
INSERT INTO "energies" VALUES('83b66fc58a9d734cb57bf0188ac1a6602129b6c672fdc9676229822471f4f9ae','full','ccsd_t',-75.012357,'ok',NULL);
INSERT INTO "energies" VALUES('83b66fc58a9d734cb57bf0188ac1a6602129b6c672fdc9676229822471f4f9ae','full','ccsd_t_unrestricted',NULL,'not-applicable',NULL);
INSERT INTO "energies" VALUES('83b66fc58a9d734cb57bf0188ac1a6602129b6c672fdc9676229822471f4f9ae','full','ccsd_unrestricted',NULL,'not-applicable',NULL);
INSERT INTO "energies" VALUES('83b66fc58a9d734cb57bf0188ac1a6602129b6c672fdc9676229822471f4f9ae','full','hf',-74.962928,'ok',0.0);
INSERT INTO "energies" VALUES('83b66fc58a9d734cb57bf0188ac1a6602129b6c672fdc9676229822471f4f9ae','full','mp2',-75.002288,'ok',NULL);
CREATE TABLE leases (
	"key" VARCHAR(64) NOT NULL, 
	owner VARCHAR(32) NOT NULL, 
	host TEXT NOT NULL, 
	among TEXT NOT NULL, 
	process INTEGER NOT NULL, 
	beat INTEGER NOT NULL, 
	claimed_at DATETIME NOT NULL, 
	CONSTRAINT pk_leases PRIMARY KEY ("key")
);
INSERT INTO "leases" VALUES('fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210','abababababababababababababababab','golden','golden',4711,12,'2026-03-01 12:00:00.000000');
CREATE TABLE molpipe_schema (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT molpipe_schema_pkc PRIMARY KEY (version_num)
);
INSERT INTO "molpipe_schema" VALUES('0004');
CREATE TABLE results (
	id VARCHAR(64) NOT NULL, 
	"key" VARCHAR(64), 
	stage_keys JSON, 
	smiles TEXT, 
	inchikey TEXT, 
	formula TEXT, 
	charge INTEGER, 
	multiplicity INTEGER, 
	n_electrons INTEGER, 
	basis TEXT, 
	solvent TEXT, 
	active_space TEXT, 
	orbitals TEXT, 
	n_alpha INTEGER, 
	n_beta INTEGER, 
	n_orbitals INTEGER, 
	n_qubits INTEGER, 
	ansatz TEXT, 
	mapping TEXT, 
	backend TEXT, 
	optimizer TEXT, 
	start TEXT, 
	seed INTEGER, 
	shots INTEGER, 
	stderr FLOAT, 
	vqe_status TEXT, 
	n_parameters INTEGER, 
	n_evaluations INTEGER, 
	gradient_norm FLOAT, 
	two_qubit_gates INTEGER, 
	depth INTEGER, 
	vqe_minus_hf_mha FLOAT, 
	vqe_minus_ccsd_mha FLOAT, 
	vqe_minus_casci_mha FLOAT, 
	judge TEXT, 
	vqe_minus_judge_mha FLOAT, 
	solver_verdict TEXT, 
	model_verdict TEXT, 
	correlation_recovered FLOAT, 
	t1 FLOAT, 
	d1 FLOAT, 
	max_t2 FLOAT, 
	flag TEXT, 
	interest TEXT, 
	vqe_seconds FLOAT, 
	total_seconds FLOAT, 
	failure_stage TEXT, 
	failure_code TEXT, 
	failure TEXT, 
	CONSTRAINT pk_results PRIMARY KEY (id)
);
INSERT INTO "results" VALUES('83b66fc58a9d734cb57bf0188ac1a6602129b6c672fdc9676229822471f4f9ae','0f4168490e38b8447e11ba4bd656aa11b925bd22af30bac464bc153fdb608501',NULL,'O',NULL,'H2O',0,1,10,'sto-3g','none','10,7','mp2-natural',5,5,7,14,'uccsd','jordan-wigner','sector','l-bfgs','ccsd',7,NULL,NULL,'converged',26,12,5.01187233627272581745e-05,1248,2340,-4.93752999999941266651e+01,-1.53000000011616066331e-02,1.007000000043944965e-01,'casci',1.007000000043944965e-01,'reproduces','supported',9.9796466973877440143e-01,0.009,0.018,0.06,'green','classical-suffices',0.48,2.26,NULL,NULL,NULL);
INSERT INTO "results" VALUES('9abef1e483861e207ff720ee8173cc82de3cf0aae14462a63eb30234f79c5b38',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'intake','INVALID_MOLECULE','SMILES ''C1CC(=O'' cannot be parsed: unclosed ring 1');
CREATE TABLE run_rows (
	run_id VARCHAR(64) NOT NULL, 
	"row" INTEGER NOT NULL, 
	result_id VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	reused BOOLEAN NOT NULL, 
	duplicate_of INTEGER, 
	series TEXT, 
	coordinate FLOAT, 
	origin JSON NOT NULL, 
	extra JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_run_rows PRIMARY KEY (run_id, "row"), 
	CONSTRAINT fk_run_rows_run_id FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE, 
	CONSTRAINT fk_run_rows_result_id FOREIGN KEY(result_id) REFERENCES results (id)
);
INSERT INTO "run_rows" VALUES('golden',1,'83b66fc58a9d734cb57bf0188ac1a6602129b6c672fdc9676229822471f4f9ae','water','ok',0,NULL,NULL,NULL,'{"input": "O", "file": "pilot.csv", "frame": 1}','{"supplier": "in house"}','2026-03-01 12:00:00.000000');
INSERT INTO "run_rows" VALUES('golden',2,'9abef1e483861e207ff720ee8173cc82de3cf0aae14462a63eb30234f79c5b38','imidazole, mistyped','refused',0,NULL,NULL,NULL,'{"input": "C1CC(=O", "file": "pilot.csv", "frame": 1}','{}','2026-03-01 12:00:00.000000');
CREATE TABLE runs (
	id VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	source TEXT NOT NULL, 
	source_sha256 VARCHAR(64) NOT NULL, 
	columns JSON NOT NULL, 
	n_rows INTEGER NOT NULL, 
	started_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	seconds FLOAT, 
	settings JSON NOT NULL, 
	versions JSON NOT NULL, 
	CONSTRAINT pk_runs PRIMARY KEY (id)
);
INSERT INTO "runs" VALUES('golden','pilot','pilot.csv','abababababababababababababababababababababababababababababababab','{"name": "text"}',2,'2026-03-01 12:00:00.000000','2026-03-01 12:00:00.000000',1.5,'{"basis": "sto-3g"}','{"molpipe": "0.1.0"}');
CREATE TABLE stage_results (
	"key" VARCHAR(64) NOT NULL, 
	stage VARCHAR(32) NOT NULL, 
	payload BLOB NOT NULL, 
	seconds FLOAT NOT NULL, 
	versions JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_stage_results PRIMARY KEY ("key")
);
INSERT INTO "stage_results" VALUES('0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef','vqe',X'78018D52CB4EC33010FC9715371294A6504A6E5529675EE28250E43A4B6A9ADAC1D9B4D02AFFCE3880687B22A7CDAC773C33EB1DADD937C659CA0611AD55D532653B3A91CF1A053DDDCDEEB9692BA1881A51D23600B5B3182AB900C816D52765F1E5D9789CA638955296723C1845A46CA3648B8156EB261C5EA9BA36B604F2E67CA16CBC3125E6D1992BBD645BA0D3B0161720578B59992DDA1955F1FCB56C00428317003F84FD6F7EA0012E6AE5D58A05BE7A2BCA7B0585C41F0FEDFDE9CD68713D9EFC7EE564F65B4E02FD4205DBCFC3972EA2D2ABC2B095DC3ABFA26CC871721991CD39A4A4049981FF2A0C394165DBAA0A020BF690FCF3C70829C3946C5CFEDECE8DE4A512C6E9D1794405D7B2A06C8CD4C42B1D2EFE4BFE3120B7CED810FDDF95FD9A8E0D1F294DCE92B48BFE4105F10754617F475CBDEBEE05C6186B2FA01CECA3F422226DBC6E61482F582FF7DFCCF4BB31EDF1FDD562E23D98397C3249920C90F6015DBE77DB45D77D0149D0D9F9',0.0625,'{"molpipe": "0.1.0"}','2026-03-01 12:00:00.000000');
CREATE INDEX ix_runs_started_at ON runs (started_at);
CREATE INDEX ix_batches_name ON batches (name);
CREATE INDEX ix_results_key ON results ("key");
CREATE INDEX ix_results_inchikey ON results (inchikey);
CREATE INDEX ix_results_formula ON results (formula);
CREATE INDEX ix_results_solver_verdict ON results (solver_verdict);
CREATE INDEX ix_run_rows_result_id ON run_rows (result_id);
CREATE INDEX ix_run_rows_name ON run_rows (name);
CREATE INDEX ix_run_rows_series ON run_rows (series);
COMMIT;
